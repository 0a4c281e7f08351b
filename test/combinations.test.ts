import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { newProject, planNew } from '../src/commands/new.ts';
import type { PackageGroup } from '../src/mitigation.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { collect } from '../src/plan/collect.ts';
import { lockedGroups } from '../src/plan/lock.ts';
import { root } from './support/imports.ts';
import { lockedEnvironment } from './support/locked.ts';
import { run } from './support/python.ts';
import { filesOf, lay } from './support/snapshot.ts';
import { all, variants } from './support/variants.ts';

const quiet = { onConflict: 'fail', dryRun: false, diff: false } as const;
const apps = variants();
let top: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-combinations-'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('every combination', () => {
  let programs: string;
  let folder: string;
  beforeAll(() => {
    folder = join(top, 'apps');
    for (const app of apps) lay(join(folder, app.package), Object.fromEntries(app.files));
    programs = lockedEnvironment(everyPackage());
  }, 600_000);

  it('is Python that compiles without a warning', () => {
    expect(run(join(programs, 'python'), [join(root, 'test/support/compile.py'), folder])).toBe('');
  });

  it('is TOML and YAML that parses, without a key given twice', () => {
    expect(faults(/\.toml$/, (text) => void parseToml(text))).toEqual([]);
    expect(faults(/\.ya?ml$/, parseYaml)).toEqual([]);
  });

  it('has scripts and commands in its documents that a shell can parse', () => {
    const scripts = texts(/./).filter(([, text]) => /^#!.*\bsh\n/.test(text));
    const commands = texts(/\.md$/).flatMap(([name, text]) =>
      [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => [name, block] as const),
    );
    expect(commands.length).toBeGreaterThan(0);
    lay(
      join(top, 'scripts'),
      Object.fromEntries([...scripts, ...commands].map(([, text], index) => [`${index}`, text])),
    );
    for (const file of Object.keys(filesOf(join(top, 'scripts')))) run('sh', ['-n', join(top, 'scripts', file)]);
  });

  it('keeps no trace of the templates', () => {
    const trace = /<%|%>|\0|(?:#|<!--|\/\*)\s*(?:>>>|<<<)|__slug__|\[object \w+\]|\bundefined\b(?!=)/;
    expect(texts(/(?<!\.js)$/).flatMap(([name, text]) => linesLike(name, text, trace))).toEqual([]);
  });

  it('speaks only of files that it has', () => {
    const path = /(?<![\w./-])(?:deploy|docs|requirements|scripts|src|tests|typings)\/[\w./-]*\w/g;
    const missing = apps.flatMap(({ title, files }) => {
      const places = [...files.keys()];
      // The gate's own test makes up files of such names.
      const told = [...files].filter(([place]) => place !== 'tests/security/test_ci.py');
      const named = told.flatMap(([place, text]) => [...text.matchAll(path)].map(([name]) => ({ place, name })));
      return named
        .filter(({ name }) => !places.some((each) => each === name || each.startsWith(`${name}/`)))
        .map(({ place, name }) => `${title}: ${place} names ${name}`);
    });
    expect(missing).toEqual([]);
  });

  it('has clean lines: no blanks at their ends, and one line break at the end of a file', () => {
    expect(texts(/./).flatMap(([name, text]) => linesLike(name, text, /[ \t\r]$/))).toEqual([]);
    const ends = texts(/./).filter(([, text]) => text !== '' && !/[^\n]\n$/.test(text));
    expect(ends.map(([name]) => name)).toEqual([]);
  });

  it('is lint-free and formatted, whatever the oldest Python', { timeout: 60_000 }, () => {
    const ruff = join(programs, 'ruff');
    expect(run(ruff, ['check', '--no-cache', '--quiet', '--output-format=concise', folder])).toBe('');
    expect(run(ruff, ['format', '--no-cache', '--check', '--quiet', folder])).toBe('');
  });

  it('is typed, strictly', { timeout: 180_000 }, () => {
    const [whole] = apps;
    const sources = apps.map((app) => join(folder, app.package, 'src'));
    // One run over all packages: what they have in common, the libraries above all, is read once.
    const env = { ...process.env, MYPYPATH: [...sources, join(folder, `${whole?.package}/typings`)].join(delimiter) };
    const options = ['--strict', '--explicit-package-bases', `--cache-dir=${join(top, 'mypy')}`];
    const packages = apps.flatMap((app) => ['-p', app.package]);
    expect(run(join(programs, 'mypy'), [...options, ...packages], { cwd: top, env })).toContain('no issues found');
  });

  it('boots in production and development, and asks for the packages that it imports', { timeout: 120_000 }, () => {
    const answer = run(join(programs, 'python'), ['-W', 'error', join(root, 'test/support/boot.py'), folder]);
    const titles = new Map(apps.map((app) => [app.package, app.title]));
    const problems = Object.entries(JSON.parse(answer) as Record<string, string[]>);
    expect(problems.map(([name, found]) => [titles.get(name), ...found])).toEqual([]);
  });

  it('is the same again from the answers that are recorded', () => {
    for (const { answers, chosen, title } of apps) {
      const writes = planNew(catalog, { answers, chosen });
      const record = JSON.parse(String(writes.find(({ path }) => path === '.dewar/project.json')?.content));
      const again = planNew(catalog, { answers: record.answers, chosen: record.mitigations });
      expect(again, title).toEqual(writes);
    }
  });
});

describe('a new app with two mitigations', () => {
  const pairs = all.flatMap((one) => all.filter((other) => other > one).map((other) => [one, other] as const));

  it.each(pairs)('is the bare app with %s and %s added, in both orders', async (...pair) => {
    const whole = await make(`${pair}`, pair);
    for (const ids of [pair, pair.toReversed()]) {
      const grown = await make(`bare then ${ids}`, []);
      for (const id of ids) await addMitigations(catalog, { root: grown, ids: [id], answers: {}, ...quiet });
      expect(filesOf(grown)).toEqual(filesOf(whole));
    }
  });

  it('is the whole app once all others are added one by one, last first', async () => {
    const grown = await make('bare then all', []);
    for (const id of all.toReversed()) await addMitigations(catalog, { root: grown, ids: [id], answers: {}, ...quiet });
    expect(filesOf(grown)).toEqual(filesOf(await make('all', all)));
  });
});

async function make(name: string, chosen: readonly string[]): Promise<string> {
  const target = join(top, name);
  await newProject(catalog, { target, answers: completeAnswers(catalog, chosen, { name: 'Acme' }), chosen, ...quiet });
  return target;
}

/** What all combinations together need: one store alone asks for another one's packages in no app. */
function everyPackage(): string {
  const contributors = [catalog.app, ...catalog.mitigations];
  const contributions = ['redis', 'database', 'filesystem'].flatMap((store) => {
    const answers = completeAnswers(catalog, all, { store });
    return collect({ contributors, answers, templates: [] }).contributions;
  });
  const groups: PackageGroup[] = ['runtime', 'production', 'development'];
  return `${lockedGroups(catalog.locks(), { contributions, groups, tool: 'pip' })}\n`;
}

/** Every different text of the files with such a name, with the first combination that has it. */
function texts(name: RegExp): [name: string, text: string][] {
  const found = apps.flatMap(({ title, files }) =>
    [...files].filter(([path]) => name.test(path)).map(([path, text]) => [text, `${path} (${title})`] as const),
  );
  return [...new Map(found.reverse())].map(([text, where]) => [where, text]);
}

function faults(name: RegExp, parse: (text: string) => void): string[] {
  const found = texts(name);
  expect(found.length).toBeGreaterThan(0);
  return found.flatMap(([where, text]) => {
    try {
      parse(text);
      return [];
    } catch (error) {
      return [`${where}: ${(error as Error).message}`];
    }
  });
}

function parseYaml(text: string): void {
  for (const document of parseAllDocuments(text))
    for (const fault of [...document.errors, ...document.warnings]) throw fault;
}

function linesLike(name: string, text: string, pattern: RegExp): string[] {
  const lines = text.split('\n').map((line, index) => [line, index + 1] as const);
  return lines.filter(([line]) => pattern.test(line)).map(([line, number]) => `${name}:${number}: ${line}`);
}
