/** One simple command of a shell script. */
export interface ShellCommand {
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Offset of its first word. */
  readonly offset: number;
  /** What follows it: `||` when its failure is caught. */
  readonly next: string;
}

const token =
  /\\\r?\n|[ \t]+|#[^\n]*|\r?\n|&&|\|\||;;|[;|&()]|(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|\$\([^()]*\)|[^\s;&|()\\"'])+/g;

/** The simple commands of a shell text, in order. */
export function shellCommands(text: string): ShellCommand[] {
  const found: ShellCommand[] = [];
  let words: { text: string; at: number }[] = [];
  const close = (next: string): void => {
    const command = commandOf(words, next);
    if (command) found.push(command);
    words = [];
  };
  for (const match of text.matchAll(token)) {
    const [piece] = match;
    if (/^([ \t]|\\\r?\n)/.test(piece)) continue;
    if (piece.startsWith('#')) continue;
    if (/^(\r?\n|&&|\|\||;;?|[|&()])$/.test(piece)) close(piece);
    else words.push({ text: piece, at: match.index });
  }
  close('');
  return found;
}

const keyword = /^(if|then|else|elif|do|while|until|!|\{|\}|time|exec|nohup|sudo|command|env)$/;

function commandOf(words: readonly { text: string; at: number }[], next: string): ShellCommand | undefined {
  const variables: Record<string, string> = {};
  for (const [index, { text, at }] of words.entries()) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
    if (name !== undefined) variables[name] = unquote(value);
    else if (!keyword.test(text))
      return { words: words.slice(index).map((word) => unquote(word.text)), variables, offset: at, next };
  }
  const [first] = words;
  return first && Object.keys(variables).length > 0 ? { words: [], variables, offset: first.at, next } : undefined;
}

/** A word as the shell hands it on; expansions stay as written. */
export function unquote(word: string): string {
  return word.replace(/"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|\\([\s\S])/g, (_, ...found: (string | undefined)[]) => {
    const [double, single, escaped = ''] = found;
    return double === undefined ? (single ?? escaped) : double.replace(/\\(["\\$`])/g, '$1');
  });
}

/** Programs that start another one: how many words of theirs come before it. */
const wrappers: readonly (readonly [RegExp, (words: readonly string[]) => number])[] = [
  [/^(poetry|pipenv|uv|pdm|hatch|rye)$/, (words) => (words[1] === 'run' ? 2 : 0)],
  [/^(newrelic-admin)$/, () => 2],
  [
    /^(dumb-init|tini|catchsegv|ddtrace-run|opentelemetry-instrument|exec|nohup|env|xvfb-run|nice|setsid|stdbuf|chpst)$/,
    () => 1,
  ],
  [/^(gosu|su-exec)$/, () => 2],
  [/^(wait-for-it(\.sh)?|wait-for(\.sh)?|dockerize|wait|docker-wait)$/, (words) => words.indexOf('--') + 1],
];

/** The command without the programs that only start it; the text of `sh -c` as a command of its own. */
export function unwrap(words: readonly string[]): { readonly words: readonly string[]; readonly script?: string } {
  const name = baseName(words[0] ?? '');
  if (/^(ba|da|a|z)?sh$/.test(name)) {
    const flag = words.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
    if (flag !== -1) return { words: [], script: words[flag + 1] ?? '' };
  }
  const skip = isVariable(words) ? 1 : (wrappers.find(([pattern]) => pattern.test(name))?.[1](words) ?? 0);
  if (skip === 0) return { words };
  const rest = words.slice(skip);
  const plain = rest.findIndex((word) => !word.startsWith('-'));
  return plain === -1 ? { words } : unwrap(rest.slice(plain));
}

/** A program without its folder. */
export function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** `exec $SU_EXEC "${PYTHON}" /venv/bin/gunicorn` */
function isVariable(words: readonly string[]): boolean {
  return words.length > 1 && /^\$\{?\w+\}?$/.test(words[0] ?? '');
}
