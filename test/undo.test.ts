import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { newProject } from '../src/commands/new.ts';
import { undoLast } from '../src/commands/undo.ts';
import { updateProject } from '../src/commands/update.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { apply } from '../src/plan/apply.ts';
import { remember } from '../src/update/last-add.ts';
import { vaultOf } from '../src/update/vault.ts';
import { dewar } from './support/capture.ts';
import { realWiring } from './support/real-wiring.ts';
import { filesOf, lay, snapshot } from './support/snapshot.ts';

const quiet = { dryRun: false, diff: false } as const;
const leaked = 'sk-live-3f2a9d77c1';
const app = `from flask import Flask, redirect

app = Flask(__name__)
app.config["SECRET_KEY"] = "${leaked}"


@app.post("/save")
def save():
    return redirect("/")
`;
const shop = {
  'app.py': app,
  'requirements.txt': 'flask\n',
  'templates/save.html': '<form method="post">\n  <button>Save</button>\n</form>\n',
};
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-undo-'));
  lay(root, shop);
});
afterEach(() => {
  if (existsSync(root)) rmSync(vaultOf(root), { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
});

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], { cwd: root, encoding: 'utf8' });
const commit = (): void => {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'mine');
};
const run = (...argv: string[]) => dewar(argv, { cwd: root, wiring: realWiring });
const path = (name: string): string => join(root, name);
const edit = (name: string, change: (text: string) => string): void =>
  writeFileSync(path(name), change(readFileSync(path(name), 'utf8')));

describe.each([
  ['in a repository', commit],
  ['outside of a repository', () => undefined],
])('dewar undo %s', (_, prepare) => {
  beforeEach(prepare);

  it('gives back every byte that `add` changed, and leaves nothing of its own', async () => {
    const before = snapshot(root);
    expect((await run('add', 'csrf')).exit).toBe(0);
    expect(filesOf(root)['app.py']).not.toBe(app);
    const { exit, out } = await run('undo');
    expect(exit).toBe(0);
    expect(out).toContain('Took back: csrf.');
    expect(out).toContain('  restored app.py\n');
    expect(snapshot(root)).toEqual(before);
    expect(existsSync(vaultOf(root))).toBe(false);
  });

  it('prints no key that `add` took out of a file', async () => {
    await run('add', 'secret-key');
    expect(filesOf(root)['app.py']).not.toContain(leaked);
    for (const form of [[], ['--json']]) {
      const { out } = await run('undo', '--dry-run', '--diff', ...form);
      expect(out).toContain('+app.config[');
      expect(out).not.toContain(leaked);
    }
    await run('undo');
    expect(filesOf(root)['app.py']).toBe(app);
  });

  it('keeps what was edited since', async () => {
    await run('add', 'csrf');
    edit('app.py', (text) => `${text}\n\n# mine, written later\n`);
    expect((await run('undo')).exit).toBe(0);
    expect(filesOf(root)).toEqual({ ...filesOf(root), ...shop, 'app.py': `${app}\n\n# mine, written later\n` });
  });

  it('marks lines that both changed, and ends with 3', async () => {
    await run('add', 'csrf');
    edit('templates/save.html', (text) => text.replace(/.*csrf_token.*/, '  <input name="mine">'));
    const { exit } = await run('undo');
    expect(exit).toBe(3);
    const text = readFileSync(path('templates/save.html'), 'utf8');
    expect(text).toMatch(/<<<<<<< yours\n {2}<input name="mine">\n\|\|\|\|\|\|\| as Dewar left it\n/);
    expect(text).toContain('>>>>>>> before Dewar');
  });

  it('leaves a new file that was edited since, and says so', async () => {
    await run('add', 'csrf');
    edit('security/csrf.py', (text) => `${text}\nmine = 1\n`);
    const { exit, out } = await run('undo');
    expect(exit).toBe(6);
    expect(out).toContain('security/csrf.py came with "dewar add" and was changed since');
    expect(readFileSync(path('security/csrf.py'), 'utf8')).toContain('mine = 1');
  });

  it('leaves removed what was removed since', async () => {
    await run('add', 'csrf');
    rmSync(path('templates/save.html'));
    expect((await run('undo')).exit).toBe(0);
    expect(existsSync(path('templates/save.html'))).toBe(false);
  });

  it('says a second time that there is nothing to take back', async () => {
    await run('add', 'csrf');
    await run('undo');
    const { exit, err } = await run('undo');
    expect(exit).toBe(2);
    expect(err).toContain('There is nothing to take back');
  });

  it('shows what it would do without doing it', async () => {
    await run('add', 'csrf');
    const before = snapshot(root);
    const { out } = await run('undo', '--dry-run', '--diff');
    expect(out).toContain('Would take back: csrf.');
    expect(out).toMatch(/^-.*csrf_token/m);
    expect(snapshot(root)).toEqual(before);
  });

  it('takes back the last of two', async () => {
    await run('add', 'csrf');
    if (existsSync(path('.git'))) commit();
    const between = snapshot(root);
    await run('add', 'sessions');
    expect((await run('undo')).exit).toBe(0);
    const after = snapshot(root);
    expect(Object.keys(after).filter((name) => !name.startsWith('.git/'))).toEqual(
      Object.keys(between).filter((name) => !name.startsWith('.git/')),
    );
    expect(filesOf(root)['app.py']).toBe(between['app.py']?.slice('644 '.length));
  });
});

describe('text that an addition takes out', () => {
  const writes = [{ path: 'app.py', content: app.replace(`"${leaked}"`, 'os.environ["SECRET_KEY"]') }];

  const change = (): string | undefined => remember({ root, folder: '' }, ['secret-key'], writes);

  it('is outside of the app, readable by its user alone', () => {
    expect(change()).toBeUndefined();
    const vault = vaultOf(root);
    expect(vault.startsWith(root)).toBe(false);
    expect(kept()).toContain(app);
    if (process.platform === 'win32') return;
    expect(statSync(vault).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(vault)) expect(statSync(join(vault, name)).mode & 0o777).toBe(0o600);
  });

  it('is not copied where Git has it', () => {
    commit();
    change();
    expect(kept().join()).not.toContain(leaked);
  });

  it('is copied where the last commit has another text', () => {
    commit();
    edit('app.py', (text) => `${text}# later\n`);
    change();
    expect(kept()).toContain(`${app}# later\n`);
  });

  it('is said to be lost where the private folder cannot be written', () => {
    const blocked = join(root, 'blocked');
    writeFileSync(blocked, '');
    const before = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = blocked;
    try {
      expect(change()).toContain('cannot take this back');
    } finally {
      process.env['XDG_STATE_HOME'] = before;
    }
  });

  it('is kept no longer than two changes', () => {
    change();
    for (const text of ['second\n', 'third\n', 'fourth\n']) {
      apply(root, [{ path: 'app.py', content: text }]);
      remember({ root, folder: '' }, ['csrf'], [{ path: 'app.py', content: `after ${text}` }]);
    }
    expect(kept().join()).not.toContain(leaked);
  });
});

/** Every text in the private folder. */
function kept(): string[] {
  const vault = vaultOf(root);
  return readdirSync(vault).map((name) => readFileSync(join(vault, name), 'utf8'));
}

describe('what cannot be taken back', () => {
  it('names the file whose old text is gone, and changes nothing', async () => {
    await run('add', 'csrf');
    for (const name of readdirSync(vaultOf(root))) if (name !== 'last.json') rmSync(join(vaultOf(root), name));
    const before = snapshot(root);
    const { exit, err } = await run('undo');
    expect(exit).toBe(1);
    expect(err).toContain('app.py cannot be put back');
    expect(snapshot(root)).toEqual(before);
  });

  it('is said of a record that this version cannot read', async () => {
    await run('add', 'csrf');
    writeFileSync(join(vaultOf(root), 'last.json'), '{"schema": "dewar/last-add/9"}');
    expect((await run('undo')).err).toContain('does not hold what this Dewar can read');
  });
});

describe('an app that Dewar wrote', () => {
  const answers = completeAnswers(catalog, ['csrf'], { name: 'Acme' });

  it('is as it was before the last add', async () => {
    const target = path('acme');
    await newProject(catalog, { target, answers, chosen: ['csrf'], onConflict: 'fail', ...quiet });
    const before = snapshot(target);
    await dewar(['add', 'templating'], { cwd: target, wiring: realWiring });
    expect((await undoLast({ root: target, ...quiet })).written).toBe(true);
    expect(snapshot(target)).toEqual(before);
  });

  it('takes back an update that came after the add, and not the add', async () => {
    const target = path('acme');
    await newProject(catalog, { target, answers, chosen: ['csrf'], onConflict: 'fail', ...quiet });
    await dewar(['add', 'templating'], { cwd: target, wiring: realWiring });
    const newer = { ...catalog.templates, 'app/root/README.md': 'newer\n' };
    const before = snapshot(target);
    await updateProject({ ...catalog, templates: newer }, { root: target, ...quiet });
    expect((await undoLast({ root: target, ...quiet })).notes).toEqual(['Took back: update.']);
    expect(snapshot(target)).toEqual(before);
  });
});
