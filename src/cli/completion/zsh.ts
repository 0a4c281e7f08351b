import type { Flag } from '../flags.ts';
import type { Positional } from '../table.ts';
import { type Parts, sh, spellings, wordsFor } from './parts.ts';

/** The script for zsh. */
export function zsh({ table, ids, note }: Parts): string {
  const commands = table.map(({ name, summary }) => `    ${sh(`${name}:${summary}`)}`);
  const cases = table.map(({ name, flags, positional }) => {
    const specs = [...flags.flatMap(zshFlags), ...zshPositional(positional, ids)];
    return `    ${name})\n      _arguments -s ${specs.map((spec) => sh(spec)).join(' \\\n        ')} ;;`;
  });
  return `#compdef dewar
${note}
_dewar() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments '(- *)--help[Show help]' '(- *)--version[Show the version]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _dewar ]]; then _dewar "$@"; else compdef _dewar dewar; fi
`;
}

function zshFlags(flag: Flag): string[] {
  const text = `[${flag.help.replace(/[[\]\\:]/g, '\\$&')}]`;
  const repeat = flag.kind === 'list' ? '*' : '';
  return spellings(flag).map((word) => {
    if (flag.kind === 'switch') return `${word}${text}`;
    return `${repeat}${word}=${text}:${flag.metavar ?? 'value'}:${zshAction(flag)}`;
  });
}

function zshAction({ kind, choices, complete }: Flag): string {
  if (choices !== undefined)
    return kind === 'list' ? `_values -s , word ${choices.join(' ')}` : `(${choices.join(' ')})`;
  if (complete === undefined) return ' ';
  return complete === 'file' ? '_files' : '_files -/';
}

function zshPositional(positional: Positional | undefined, ids: readonly string[]): string[] {
  if (positional === undefined) return [];
  const action = positional.kind === 'folder' ? '_files -/' : `(${wordsFor(positional, ids).join(' ')})`;
  return [`${positional.many ? '*' : '1'}:${positional.metavar}:${action}`];
}
