/** Stands in for what yeoman-environment loads and a run of one known generator does not use. */
export class FlyRepository {}

/** Finds no packages: the generator is registered by its path. */
export function globbySync(): string[] {
  return [];
}

/** Knows none: nothing is installed. */
export async function whichPackageManager(): Promise<undefined> {}

/** Prompts that are never put. */
export function createPromptModule(): object {
  const module = async (): Promise<object> => ({});
  return Object.assign(module, { prompts: {}, registerPrompt() {}, restoreDefaultPrompts() {} });
}

function unavailable(): never {
  throw new Error('This part of yeoman-environment is left out of the bundle.');
}

export { unavailable as execa, unavailable as execaSync, unavailable as flyImport };
