import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harmless, type Pattern, patterns, variants } from '../support/debug-patterns.ts';
import { domain, makeDefaultApp } from '../support/default-app.ts';
import { root } from '../support/imports.ts';
import { lockedEnvironment } from '../support/locked.ts';
import { run } from '../support/python.ts';

// Each pattern is planted alone into an app that is sound, and that app's own gate looks at it.

let top: string;
let app: string;
let python: string;
beforeAll(async () => {
  top = await makeDefaultApp();
  app = join(top, 'app');
  python = join(lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8')), 'python');
  if (!existsSync(join(app, '.git'))) run('git', ['init', '--quiet'], { cwd: app });
}, 600_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('the debug gate', () => {
  it('lets the app pass as it is', { timeout: 60_000 }, () => {
    expect(gate()).toEqual({ status: 0, found: '' });
  });

  it.each(patterns)('refuses $title', { timeout: 60_000 }, (pattern) => {
    const { status, found } = planted([pattern]);
    expect(status, found).toBe(1);
    expect(found).toMatch(findingIn(pattern));
    // What is executed shows in the app that is started, too: a spelling that the first look misses is caught.
    if (pattern.executed) expect(found).toContain('production does not start as it is');
  });

  it('finds each of them in other files, too', { timeout: 60_000 }, () => {
    const { found } = planted(variants);
    expect(variants.filter((variant) => !findingIn(variant).test(found)).map(({ title }) => title)).toEqual([]);
  });

  it('lets pass what only looks so', { timeout: 60_000 }, () => {
    expect(planted(harmless)).toEqual({ status: 0, found: '' });
  });
});

describe('the production app', () => {
  it('refuses to serve with each pattern that is executed after create_app()', { timeout: 120_000 }, () => {
    const codes = patterns
      .filter(({ title }) => title !== 'DebugToolbarExtension')
      .map(({ title, ...each }) => [title, code(each)]);
    const environment = {
      PYTHONPATH: join(app, 'src'),
      APP_ENV: 'production',
      SECRET_KEY: 'k3Jq9vZx7Lw2Rt8Yp5Nc4Bd6Hs1Fg0Ma',
      TRUSTED_HOSTS: `${domain},localhost`,
      REDIS_URL: 'unix:///run/redis/redis.sock',
      INSTANCE_PATH: join(top, 'instance'),
    };
    const answers = execFileSync(python, [join(root, 'test/support/debug_moments.py')], {
      input: JSON.stringify(Object.fromEntries(codes)),
      encoding: 'utf8',
      env: environment,
    });
    const refused = Object.fromEntries(codes.map(([title]) => [title, [503, 503]]));
    // Flask reads this variable when an app is made or started: a running app stays as it is.
    expect(JSON.parse(answers.trim().split('\n').at(-1) ?? '')).toEqual({
      ...refused,
      'os.environ["FLASK_DEBUG"] = "1"': [503, 200],
    });
  });
});

/** What a pattern executes on an app that is there. */
function code({ text, file }: Omit<Pattern, 'title'>): string {
  if (file.endsWith('base.py')) return 'class Wrong:\n    DEBUG = True\napp.config.from_object(Wrong)';
  if (!file.endsWith('__main__.py')) return text.replace(/^ {4}/gm, '');
  const lines = text.split('\napp = create_app()\n')[1] ?? '';
  return lines.replace('5000', 'port').replace(/^app\.run\(/m, 'app.run(port=port, use_reloader=False, ');
}

/** The line in which the gate names what was planted. */
function findingIn({ file, shown }: Pattern): RegExp {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`/${literal(file)}:\\d+: .*${literal(shown ?? '')}`);
}

/** Plants patterns, runs the gate, and takes the patterns back. */
function planted(given: readonly Pattern[]): ReturnType<typeof gate> {
  const copy = join(top, 'planted');
  cpSync(app, copy, { recursive: true });
  try {
    for (const pattern of given) plant(copy, pattern);
    run('git', ['add', '--all', '--force'], { cwd: copy });
    return gate(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function plant(folder: string, { file, text, before }: Pattern): void {
  const path = join(folder, file);
  const old = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const at = before === undefined ? old.length : old.indexOf(before);
  if (at < 0) throw new Error(`${file} has no ${before} any more: change test/support/debug-patterns.ts.`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${old.slice(0, at)}${text}${old.slice(at)}`);
}

function gate(folder = app): { status: number | null; found: string } {
  const { status, stderr } = spawnSync(python, ['scripts/debug_gate.py'], { cwd: folder, encoding: 'utf8' });
  return { status, found: stderr };
}
