import manifest from '../package.json' with { type: 'json' };

/** The version of this Dewar. */
export const version: string = manifest.version;
