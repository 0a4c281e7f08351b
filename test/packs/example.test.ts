import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest, readMitigation } from '../../src/packs/manifest.ts';
import { root } from '../support/imports.ts';
import { lockedEnvironment } from '../support/locked.ts';
import { desk, manifest } from '../support/packs.ts';
import { blocksOf } from '../support/samples.ts';

const pack = join(root, 'docs/acme-pack');

describe('the example pack', () => {
  it('keeps its contract', async () => {
    const { exit, out } = await desk({}).run('pack', 'check', pack);
    expect({ exit, out }).toEqual({ exit: 0, out: 'acme 1.0.0 keeps its contract.\n' });
  });

  it('is described without running anything', async () => {
    const { out } = await desk({}).run('pack', 'info', pack);
    expect(out.replace(/[0-9a-f]{64}/, '#').replace(pack, 'PACK')).toBe(`acme 1.0.0: How Acme builds Flask apps
  from: PACK
  SHA-256: #
  questions: team
  presets: acme-api
  mitigations: rate-limit
  replaces: app/root/SECURITY.md
  requires: headers, csrf, sessions, rate-limit
  code: none; nothing of it is run
`);
  });

  it('keeps apps from Redis without TLS', async () => {
    const { run, edit } = desk({});
    await run('new', 'shop', '--yes', '--pack', pack);
    edit('shop/.env.example', (text) => `${text}REDIS_URL=redis://cache.acme.example\n`);
    const { exit, out } = await run('audit', 'shop');
    expect(exit).toBe(11);
    expect(out).toMatch(/The pack acme forbids =redis:\/\/ \(Redis only over TLS\): \.env\.example:\d+\./);
  });
});

describe('docs/packs.md', () => {
  const yaml = blocksOf('docs/packs.md').flatMap(({ language, text }) => (language === 'yaml' ? [text] : []));
  const steps = yaml.filter((text) => text.startsWith('migrations:'));

  it('shows manifests that can be read', () => {
    const [whole = '', ...parts] = yaml.filter((text) => !steps.includes(text));
    expect(parts).toHaveLength(2);
    for (const text of [whole, ...parts.map((part) => manifest('acme', `${part}\n`))])
      expect(readManifest(new Map([['dewar.pack.yaml', Buffer.from(text)]])).name).toBe('acme');
  });

  it('shows a step of a mitigation that can be read', () => {
    const path = 'mitigations/rate-limit/mitigation.yaml';
    const own = readFileSync(join(pack, path), 'utf8');
    expect(steps).toHaveLength(1);
    const { migrations } = readMitigation(new Map([[path, Buffer.from(`${own}${steps[0]}\n`)]]), path);
    expect(migrations?.map(({ to }) => to)).toEqual(['1.1.0']);
  });
});

describe('an app with the example pack', () => {
  it('passes its tests and checks, and is audited whole', { timeout: 300_000 }, async () => {
    const here = desk({});
    const made = await here.run(
      'new',
      'shop',
      '--yes',
      '--pack',
      pack,
      '--team',
      'payments',
      '--requests-per-minute',
      '60',
    );
    expect(made).toMatchObject({ exit: 0 });
    expect(here.read('shop/src/shop/settings/base.py')).toContain('RATELIMIT_DEFAULT = "60 per minute"');
    expect(here.read('shop/SECURITY.md')).toContain('payments@acme.example');
    expect(here.read('shop/requirements/prod.txt')).toMatch(/^flask-limiter==4\.1\.1 \\$/m);
    const { exit, out } = await here.run('audit', 'shop', '--require', 'rate-limit=implemented');
    expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining('13 implemented. 0 findings') });
    const app = join(here.folder, 'shop');
    const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
    const env = { ...process.env, PYTHONPATH: join(app, 'src') };
    for (const [program = '', ...args] of [
      ['pytest', '-q', 'tests/security/test_rate_limit.py', 'tests/test_factory.py', 'tests/test_main.py'],
      ['ruff', 'check', '.'],
      ['ruff', 'format', '--check', '.'],
      ['mypy'],
    ])
      execFileSync(join(programs, program), args, { cwd: app, env, stdio: 'pipe' });
  });
});
