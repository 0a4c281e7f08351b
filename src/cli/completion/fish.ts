import type { Flag } from '../flags.ts';
import type { Command } from '../table.ts';
import { type Parts, sh, spellings, wordsFor } from './parts.ts';

/** The script for fish. */
export function fish({ table, ids, note }: Parts): string {
  const lines = table.flatMap((command) => fishCommand(command, ids));
  const first = `not __fish_seen_subcommand_from ${table.map(({ name }) => name).join(' ')}`;
  return `${note}
complete -c dewar -f
complete -c dewar -n ${sh(first)} -l help -s h -d 'Show help'
complete -c dewar -n ${sh(first)} -l version -s V -d 'Show the version'
${table.map(({ name, summary }) => `complete -c dewar -n ${sh(first)} -a ${name} -d ${fishQuote(summary)}`).join('\n')}
${lines.join('\n')}
`;
}

function fishCommand({ name, flags, positional }: Command, ids: readonly string[]): string[] {
  const condition = `complete -c dewar -n '__fish_seen_subcommand_from ${name}'`;
  const own = flags.flatMap((flag) =>
    spellings(flag)
      .filter((word) => word.startsWith('--'))
      .map(
        (word) =>
          `${condition} -l ${word.slice(2)}${flag.short && word === `--${flag.name}` ? ` -s ${flag.short}` : ''}${fishValue(flag)} -d ${fishQuote(flag.help)}`,
      ),
  );
  if (positional === undefined) return own;
  const words =
    positional.kind === 'folder' ? "'(__fish_complete_directories)'" : fishQuote(wordsFor(positional, ids).join(' '));
  return [...own, `${condition} -a ${words}`];
}

function fishValue({ kind, choices, complete }: Flag): string {
  if (kind === 'switch') return '';
  if (choices === undefined) return complete === 'file' ? ' -r -F' : ' -x';
  const list = choices.join(' ');
  return kind === 'list' ? ` -x -a ${fishQuote(`(__fish_append , ${list})`)}` : ` -x -a ${fishQuote(list)}`;
}

/** In fish a backslash escapes inside single quotes. */
function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
