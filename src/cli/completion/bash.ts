import type { Flag } from '../flags.ts';
import type { Command } from '../table.ts';
import { type Parts, sh, spellings, wordsFor } from './parts.ts';

/** The script for bash. */
export function bash({ table, ids, note }: Parts): string {
  const values = table.flatMap((command) => valued(command).map((flag) => bashValue(command, flag)));
  const words = table.map(
    ({ name, flags, positional }) =>
      `    ${name}) flags=${sh(flags.flatMap(spellings).join(' '))} words=${sh(wordsFor(positional, ids).join(' '))} folder=${positional?.kind === 'folder' ? 1 : 0} ;;`,
  );
  return `${note}
_dewar() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} head='' flags words folder
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=( $(compgen -W ${sh([...table.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$cur") )
    return
  fi
  # bash splits --flag=value into three words.
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$command $prev" in
${values.join('\n')}
  esac
  case $command in
${words.join('\n')}
    *) return ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=( $(compgen -W "$flags" -- "$cur") )
  elif (( folder )); then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY=( $(compgen -d -- "$cur") )
  else
    COMPREPLY=( $(compgen -W "$words" -- "$cur") )
  fi
}
complete -F _dewar dewar
`;
}

function bashValue({ name }: Command, flag: Flag): string {
  const pattern = `    "${name} --${flag.name}")`;
  const choices = flag.choices?.join(' ');
  if (choices === undefined) {
    const way =
      flag.complete === undefined
        ? ':'
        : `local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=( $(compgen ${flag.complete === 'file' ? '-f' : '-d'} -- "$cur") )`;
    return `${pattern} ${way}; return ;;`;
  }
  // In a list only the part behind the last comma is completed; what stands before it stays.
  const head = flag.kind === 'list' ? `[[ $cur == *,* ]] && head="\${cur%,*},"; ` : '';
  return `${pattern} ${head}COMPREPLY=( $(compgen -P "$head" -W ${sh(choices)} -- "\${cur##*,}") ); return ;;`;
}

function valued({ flags }: Command): readonly Flag[] {
  return flags.filter(({ kind }) => kind !== 'switch');
}
