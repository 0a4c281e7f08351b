import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { newProject } from '../../src/commands/new.ts';
import { updateProject } from '../../src/commands/update.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { mergeFile } from '../../src/update/merge-file.ts';
import { type FileState, reconcile, type Versions } from '../../src/update/reconcile.ts';
import { changesOf } from '../support/changes.ts';
import { filesOf } from '../support/snapshot.ts';

const updating = { dryRun: false, diff: false } as const;
const quiet = { onConflict: 'fail', ...updating } as const;
let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-update-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('add to an app that Dewar wrote', () => {
  it.each([
    [['csrf'], []],
    [['sessions', 'csrf'], []],
    [['csrf'], ['sessions']],
    [['sessions'], ['csrf']],
  ])('gives the bytes of a new app with the same defences: %j after %j', async (added, first) => {
    const grown = await make('grown', first);
    for (const id of added) await addMitigations(catalog, { root: grown, ids: [id], answers: {}, ...quiet });
    const whole = await make('whole', [...added, ...first]);
    expect(filesOf(grown)).toEqual(filesOf(whole));
  });

  it('keeps what the user changed in a file that the defence changes too', async () => {
    const root = await make('app', []);
    const file = join(root, 'src/acme/templates/main/index.html');
    edit(file, (text) => `${text}{# ours #}\n`);
    const { files } = await addMitigations(catalog, { root, ids: ['csrf'], answers: {}, ...quiet });
    const page = 'src/acme/templates/main/index.html';
    expect(files).toContainEqual(expect.objectContaining({ path: page, state: 'merged' }));
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('{# ours #}');
    expect(text).toContain('csrf_token()');
  });
});

describe('update', () => {
  it('changes nothing in a project that is up to date', async () => {
    const root = await make('app', ['csrf', 'sessions']);
    const before = filesOf(root);
    expect(changesOf(await updateProject(catalog, { root, ...updating }))).toEqual([]);
    expect(filesOf(root)).toEqual(before);
  });

  it('merges a newer template into a file that the user edited elsewhere', async () => {
    const root = await make('app', ['csrf']);
    const file = join(root, 'src/acme/security/csrf.py');
    edit(file, (text) => text.replace('EXEMPTIONS: dict[str, str] = {', '$&\n    "acme.hooks.pay": "signed",'));
    const newer = withTemplate(
      'csrf/package/security/csrf.py',
      (text) => `${text}\n\ndef newer() -> None:\n    """Do it."""\n`,
    );
    const result = await updateProject(newer, { root, ...updating });
    expect(changesOf(result)).toEqual([{ path: 'src/acme/security/csrf.py', state: 'merged' }]);
    expect(readFileSync(file, 'utf8')).toContain('"acme.hooks.pay": "signed"');
    expect(readFileSync(file, 'utf8')).toContain('def newer()');
    expect(changesOf(await updateProject(newer, { root, ...updating }))).toEqual([]);
  });

  it('marks lines that both changed, with the base between them', async () => {
    const root = await make('app', ['csrf']);
    const file = join(root, 'src/acme/security/csrf.py');
    edit(file, (text) => text.replace('"same-origin", "none"', '"same-origin"'));
    const newer = withTemplate('csrf/package/security/csrf.py', (text) =>
      text.replace('"same-origin", "none"', '"none"'),
    );
    const result = await updateProject(newer, { root, ...updating });
    expect(changesOf(result)).toEqual([{ path: 'src/acme/security/csrf.py', state: 'conflict' }]);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('<<<<<<< yours\nSAME = {"same-origin"}\n||||||| as Dewar wrote it\n');
    expect(text).toContain('=======\nSAME = {"none"}\n>>>>>>> Dewar\n');
  });

  it('leaves a file deleted that the user deleted', async () => {
    const root = await make('app', ['csrf']);
    rmSync(join(root, 'tests/security/test_csrf.py'));
    const newer = withTemplate('csrf/tests/security/test_csrf.py', (text) => `${text}# newer\n`);
    expect(changesOf(await updateProject(newer, { root, ...updating }))).toEqual([
      { path: 'tests/security/test_csrf.py', state: 'keep' },
    ]);
    expect(filesOf(root)['tests/security/test_csrf.py']).toBeUndefined();
  });

  it('refuses a folder without a record, and one whose record is damaged', async () => {
    await expect(updateProject(catalog, { root: top, ...updating })).rejects.toThrow('has no .dewar/project.json');
    const root = await make('app', []);
    writeFileSync(join(root, '.dewar/project.json'), '{');
    await expect(updateProject(catalog, { root, ...updating })).rejects.toThrow('project.json cannot be read');
  });
});

describe('one file in three versions', () => {
  it.each<[FileState, Versions, string | null | undefined]>([
    ['new', { base: undefined, mine: undefined, next: 'b' }, 'b'],
    ['clean', { base: 'a', mine: 'a', next: 'b' }, 'b'],
    ['unchanged', { base: 'a', mine: 'b', next: 'b' }, undefined],
    ['unchanged', { base: 'a', mine: 'mine', next: 'a' }, undefined],
    ['conflict', { base: undefined, mine: 'mine', next: 'b' }, undefined],
    ['keep', { base: 'a', mine: undefined, next: 'b' }, undefined],
    ['deleted', { base: 'a', mine: 'a', next: undefined }, null],
    ['keep', { base: 'a', mine: 'mine', next: undefined }, undefined],
  ])('is %s for %j', async (state, versions, text) => {
    const manner = { path: 'notes.txt', style: 'inline' } as const;
    expect(await reconcile(versions, manner)).toMatchObject({ state, text });
  });

  it('is merged in a long file as in a short one', async () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `line ${index % 7}`);
    const [mine, next] = [long.with(10_000, 'mine'), long.with(10_002, 'next')];
    const texts = { base: long.join('\n'), mine: mine.join('\n'), next: next.join('\n') };
    expect(await mergeFile('notes.txt', texts)).toEqual({ text: mine.with(10_002, 'next').join('\n') });
  });

  it('keeps Windows line ends and the byte order mark of the user', async () => {
    const versions = { base: 'a\nb\nc\n', mine: '\uFEFFa\r\nb\r\nmine\r\n', next: 'new\nb\nc\n' };
    const merged = await reconcile(versions, { path: 'notes.txt', style: 'inline' });
    expect(merged).toMatchObject({ state: 'merged', text: '\uFEFFnew\r\nb\r\nmine\r\n' });
  });
});

async function make(name: string, chosen: readonly string[]): Promise<string> {
  const target = join(top, name);
  const answers = completeAnswers(catalog, ['sessions', 'csrf'], { name: 'Acme' });
  await newProject(catalog, { target, answers, chosen, ...quiet });
  return target;
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

/** The catalog of a later version, in which one template differs. */
function withTemplate(name: string, change: (text: string) => string): typeof catalog {
  const template = catalog.templates[name];
  if (template === undefined || template instanceof Uint8Array) throw new Error(`There is no template ${name}.`);
  const newer =
    typeof template === 'string'
      ? change(template)
      : (locals: Parameters<typeof template>[0]) => change(template(locals));
  return { ...catalog, templates: { ...catalog.templates, [name]: newer } };
}
