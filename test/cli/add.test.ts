import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dewar } from '../support/capture.ts';
import { root as repository } from '../support/imports.ts';
import { invalid } from '../support/json-schema.ts';
import { realWiring } from '../support/real-wiring.ts';
import { removeApp, shop } from '../support/shop.ts';
import { filesOf, lay } from '../support/snapshot.ts';

const { 'app.py': app } = shop;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-cli-add-'));
});
afterEach(() => removeApp(root));

const run = (...argv: string[]) => dewar(argv, { cwd: root, wiring: realWiring });
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], { cwd: root, encoding: 'utf8' });
const commit = (): void => {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'mine');
};

describe('what dewar add is asked for', () => {
  beforeEach(() => lay(root, shop));

  it('is to be named where nobody can be asked', async () => {
    const { exit, err } = await run('add');
    expect(exit).toBe(2);
    expect(err).toContain('dewar add csrf headers');
    expect(err).toContain('--all');
  });

  it('is not named twice', async () => {
    expect((await run('add', 'csrf', '--all')).exit).toBe(2);
    expect((await run('add', 'sessions', '--exempt', 'hook')).err).toContain('--exempt belongs to csrf');
  });

  it('is told of with the audit before and after, and is nothing the second time', async () => {
    const { out } = await run('add', 'csrf');
    expect(out).toContain('missing, now implemented');
    expect(out).toContain('APP_ENV=development');
    const before = filesOf(root);
    expect((await run('add', 'csrf')).out).toContain('Nothing to change.');
    expect(filesOf(root)).toEqual(before);
  });

  it('is refused with the flags that answer it, where --no-input leaves questions open', async () => {
    const { exit, err } = await run('add', 'server', '--no-input');
    expect(exit).toBe(2);
    expect(err).toContain('--proxy');
    expect(existsSync(join(root, '.dewar'))).toBe(false);
  });

  it('is shown and not done by audit --fix, until somebody confirms it', async () => {
    const before = filesOf(root);
    const shown = await run('audit', '--fix');
    expect(shown.exit).toBe(11);
    expect(shown.out).toContain('csrf.py');
    expect(shown.err).toContain('--yes');
    expect(filesOf(root)).toEqual(before);
    expect([0, 6]).toContain((await run('audit', '--fix', '--yes')).exit);
    expect(filesOf(root)['app.py']).toContain('security.init_app(app)');
  });

  it('keeps the names of callers without a token for the next run', async () => {
    await run('add', 'csrf', '--exempt', 'save');
    const record = JSON.parse(readFileSync(join(root, '.dewar/project.json'), 'utf8'));
    expect(record.answers.exempt).toEqual(['save']);
  });
});

describe('the JSON of dewar add', () => {
  it('lists what a script needs to install and start the app', async () => {
    lay(root, shop);
    const { exit, out } = await run('add', 'csrf', 'sessions', '--json');
    const data = JSON.parse(out);
    expect(data).toMatchObject({ schema: 'dewar/add/1', exit, written: true, ids: ['csrf', 'sessions'] });
    expect(data.packages).toContainEqual(expect.objectContaining({ name: 'Flask-WTF', group: 'runtime' }));
    const example = 'redis://127.0.0.1:6379/0';
    expect(data.environment).toContainEqual(expect.objectContaining({ name: 'REDIS_URL', secret: true, example }));
    expect(data.audit.before.csrf).toBe('missing');
    expect(data.audit.after.csrf).toBe('implemented');
    expect(invalid(out, 'src/cli/add.schema.json')).toBe('');
  });

  it('fits its published schema in a dry run with diffs and steps by hand too', async () => {
    lay(root, shop);
    const { out } = await run('add', '--all', '--json', '--dry-run', '--diff');
    expect(JSON.parse(out).byHand).not.toEqual([]);
    expect(invalid(out, 'src/cli/add.schema.json')).toBe('');
    expect(invalid(JSON.stringify({ ...JSON.parse(out), more: 1 }), 'src/cli/add.schema.json')).not.toBe('');
  });

  it('shows the value of no secret in a diff', async () => {
    const key = 'sk-live-3f2a9d77c1';
    lay(root, { ...shop, 'app.py': app.replace('os.environ["KEY"]', `"${key}"`) });
    const { out } = await run('add', '--all', '--dry-run', '--diff', '--json');
    expect(out).toContain('security.init_app(app)');
    expect(out).not.toContain(key);
    expect((await run('add', '--all', '--dry-run', '--diff')).out).not.toContain(key);
  });

  it('has no example of a key, but the command that makes one', async () => {
    lay(root, { ...shop, 'app.py': app.replace('os.environ["KEY"]', '"sk-live-3f2a9d77c1"') });
    const { environment } = JSON.parse((await run('add', 'secret-key', '--json')).out);
    const key = environment.find(({ name }: { name: string }) => name === 'SECRET_KEY');
    expect(key).toMatchObject({ secret: true, example: '', why: expect.stringContaining('flask secret-key new') });
  });

  it.each([
    ['token-api', []],
    ['config-classes', ['api.new_post']],
  ])('names what is exempt in an app of the shape %s as its code does', async (shape, patterns) => {
    cpSync(join(repository, 'test/shapes', shape), root, { recursive: true });
    const { exempted } = JSON.parse((await run('add', 'csrf', 'secret-key', '--json')).out);
    expect(exempted.map(({ pattern }: { pattern: string }) => pattern)).toEqual(patterns);
    const code = Object.entries(filesOf(root)).find(([path]) => path.endsWith('security/csrf.py'))?.[1] ?? '';
    const [, lines = ''] = /^EXEMPTIONS: dict\[str, str\] = \{\n([\s\S]*?)^\}$/m.exec(code) ?? [];
    const said = exempted.map(({ pattern, why }: { pattern: string; why: string }) => `    "${pattern}": "${why}",\n`);
    expect(lines).toBe(said.join(''));
  });

  it('names what somebody wants exempt as it was typed', async () => {
    lay(root, shop);
    const { out } = await run('add', 'csrf', '--exempt', '/hook"s/', '--json', '--dry-run');
    expect(JSON.parse(out).exempted).toEqual([{ pattern: '/hook"s/*', why: 'asked for with --exempt' }]);
  });
});

describe('a repository with uncommitted changes', () => {
  beforeEach(() => {
    lay(root, shop);
    commit();
  });

  it('stops the run with 5 before anything is written, unless that is allowed', async () => {
    writeFileSync(join(root, 'requirements.txt'), 'flask\nrequests\n');
    const { exit, err } = await run('add', 'csrf');
    expect(exit).toBe(5);
    expect(err).toContain('requirements.txt');
    expect(existsSync(join(root, '.dewar'))).toBe(false);
    expect((await run('add', 'csrf', '--dry-run')).exit).toBe(0);
    expect((await run('add', 'csrf', '--allow-dirty')).exit).toBe(0);
  });

  it('is none for files that Git does not know and the change does not touch', async () => {
    writeFileSync(join(root, 'notes.txt'), 'mine\n');
    expect((await run('add', 'csrf')).exit).toBe(0);
  });

  it('is one where the app itself was never committed', async () => {
    git('rm', '-q', '--cached', 'app.py');
    git('commit', '-qm', 'without');
    expect((await run('add', 'csrf')).exit).toBe(5);
  });
});
