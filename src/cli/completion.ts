import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { zsh } from './completion/zsh.ts';
import { commandTable, type Shell } from './table.ts';
import type { Definitions } from './wiring.ts';

/** The completion script of a shell, made from the same table as the parser and the help. */
export function completionScript(shell: Shell, definitions: Definitions, version: string): string {
  const table = commandTable(definitions);
  const ids = definitions.catalog.map(({ id }) => id);
  const note = `# dewar ${version}: completion for ${shell}, made by dewar completion ${shell}`;
  return { bash, zsh, fish }[shell]({ table, ids, note });
}
