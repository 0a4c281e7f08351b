import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './imports.ts';

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** What a block of commands ends with: `exit=1` behind the language, else 0. */
  readonly exit: number;
  /** `file=NAME` behind the language: the block is the content of that file. */
  readonly file: string | undefined;
  /** The block of text that follows at once: what the commands print. */
  readonly output: string | undefined;
}

/** The fenced blocks of a page, in order; an output belongs to the commands above it. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  const found = [...text.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```\n(\s*```text\n([\s\S]*?)^```\n)?/gm)];
  return found.map(([, language = '', info = '', code = '', , output]) => ({
    language,
    text: code.trimEnd(),
    exit: Number(/\bexit=(\d+)/.exec(info)?.[1] ?? 0),
    file: /\bfile=(\S+)/.exec(info)?.[1],
    output: output?.trimEnd(),
  }));
}

/** The blocks of commands of a page. */
export function commandsOf(page: string): Block[] {
  return blocksOf(page).filter(({ language }) => language === 'sh');
}

/** A folder in which the commands of one page run, one block after another, with the built `dewar` on the path. */
export interface Bench {
  readonly folder: string;
  readonly run: (block: Block, replace?: (command: string) => string) => { exit: number | null; output: string };
  readonly remove: () => void;
}

/** Makes a bench; `paths` are further folders of programs, `env` further variables. */
export function bench(paths: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Bench {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-sample-')));
  const [folder, programs] = [join(top, 'home'), join(top, 'programs')];
  for (const each of [folder, programs]) mkdirSync(each);
  const program = join(programs, 'dewar');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/dewar.js')}' "$@"\n`);
  chmodSync(program, 0o755);
  const { CI: _, ...inherited } = process.env;
  const path = [programs, ...paths, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  // Copies and consents are not those of who runs the tests.
  const user = { XDG_CACHE_HOME: join(top, 'cache'), XDG_CONFIG_HOME: join(top, 'config') };
  const own = { ...inherited, ...user, NO_COLOR: '1', ...env, PATH: path };
  return {
    folder,
    run: (block, replace = (command) => command) => {
      const script = `set -e\nexec 2>&1\n${replace(block.text)}\n`;
      const { status, stdout } = spawnSync('bash', ['-c', script], { cwd: folder, env: own, encoding: 'utf8' });
      return { exit: status, output: stdout.replaceAll(folder, '/home/you').trimEnd() };
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

/** Writes files below a folder. */
export function place(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Counts change with every template; a page need not be rewritten for that. */
export function withoutCounts(text: string): string {
  return text.replace(/\d+/g, '#');
}
