import type { Io, Output } from './io.ts';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Colour = keyof typeof CODES;

/** Text in a colour, or as it is where colour is off. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours for a terminal that shows them, unless NO_COLOR or CI is set. */
export function colours(output: Output, env: Io['env']): Paint {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  const on = output.isTTY === true && !isSet('NO_COLOR') && !isSet('CI') && env['TERM'] !== 'dumb';
  return on ? (colour, text) => `\u001B[${CODES[colour]}m${text}\u001B[0m` : (_, text) => text;
}
