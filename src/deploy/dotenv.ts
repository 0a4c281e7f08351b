import type { Source } from '../source/text.ts';
import { placeOf } from './commands.ts';
import type { DeployRole, EnvironmentValue, Origin } from './facts.ts';
import { unquote } from './shell.ts';

const line =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*("(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\n\r#]*(?:#(?<=\S#)[^\n\r]*)?)/gm;

/** The variables of a `.env` file or another one of its form. */
export function readDotenv(source: Source, common: { origin: Origin; role: DeployRole }): EnvironmentValue[] {
  return [...source.text.matchAll(line)].map(({ 0: all, 1: name = '', 2: value = '', index }) => ({
    ...placeOf(source, index + all.length - all.trimStart().length),
    name,
    value: unquote(value.trim()),
    ...common,
  }));
}
