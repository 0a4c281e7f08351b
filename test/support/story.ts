import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { catalog as real } from '../../src/catalog.ts';
import { newProject } from '../../src/commands/new.ts';
import type { FileState } from '../../src/commands/result.ts';
import type { Mitigation, TextQuestion } from '../../src/mitigation.ts';
import type { Catalog } from '../../src/plan/project.ts';

/** The files of one version of a template, or of an app, by path. */
export type Tree = Readonly<Record<string, string>>;

/** What the user did to a file: another text, gone, or moved from another path, perhaps with another text. */
export type Deed = string | null | { readonly from: string; readonly text?: string };

/** One update, from the version that Dewar wrote first to what must be there afterwards. */
export interface Story {
  readonly name: string;
  readonly old: Tree;
  readonly mine: Readonly<Record<string, Deed>>;
  readonly next: Tree;
  /** Files that are not as they were, with what is said of them. */
  readonly states: Readonly<Record<string, FileState>>;
  /** Texts afterwards; null where there is no file. */
  readonly after: Readonly<Record<string, string | null>>;
}

/** A catalog whose apps consist of these files. */
export function catalogOf(files: Tree): Catalog {
  const app: Pick<Mitigation, 'id' | 'plan' | 'questions'> = {
    id: 'app',
    questions: { name: text('name'), package: text('package'), folder: text('folder') },
    *plan() {
      for (const path of Object.keys(files)) yield { kind: 'file', place: `root/${path}`, template: `app/${path}` };
    },
  };
  const templates = Object.fromEntries(Object.entries(files).map(([path, content]) => [`app/${path}`, content]));
  return { ...real, app, mitigations: [], templates };
}

function text(name: string): TextQuestion {
  return { kind: 'text', message: name, help: name, default: name === 'folder' ? '' : 'acme' };
}

/** Writes the app of a story, commits it, and does to it what its user did; gives its folder. */
export async function stage({ old, mine }: Pick<Story, 'old' | 'mine'>): Promise<string> {
  const top = mkdtempSync(join(tmpdir(), 'dewar-story-'));
  const root = join(top, 'app');
  const answers = { name: 'acme', package: 'acme', folder: '' };
  await newProject(catalogOf(old), {
    target: root,
    answers,
    chosen: [],
    onConflict: 'fail',
    dryRun: false,
    diff: false,
  });
  commit(root, 'init');
  for (const [path, deed] of Object.entries(mine)) act(root, path, deed);
  commit(root);
  return root;
}

/** Does to a file of the app what its user did. */
export function act(root: string, path: string, deed: Deed): void {
  const file = join(root, path);
  if (deed === null) rmSync(file);
  else mkdirSync(dirname(file), { recursive: true });
  if (typeof deed === 'string') writeFileSync(file, deed);
  if (deed === null || typeof deed === 'string') return;
  renameSync(join(root, deed.from), file);
  if (deed.text !== undefined) writeFileSync(file, deed.text);
}

/** Commits all that is there. */
export function commit(root: string, first?: 'init'): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: root, stdio: 'pipe' });
  if (first) git('init', '-q');
  git('add', '-A', '--force');
  git('-c', 'user.name=Ann', '-c', 'user.email=ann@localhost', 'commit', '-q', '--allow-empty', '-m', 'work');
}
