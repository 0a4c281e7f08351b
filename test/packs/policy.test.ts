import { describe, expect, it } from 'vitest';
import { desk, manifest } from '../support/packs.ts';

const policy = `policy:
  require: [csrf, ci]
  answers: { store: redis }
  rules: [headers/open-policy]
  settings:
    - { key: SESSION_COOKIE_SECURE, is: 'True', why: our sites speak HTTPS only }
  texts:
    - { text: "'unsafe-inline'", in: [.py, .conf], why: injected styles read pages }
`;
const acme = { 'acme/dewar.pack.yaml': manifest('acme', policy) };

describe('the policy of a pack', () => {
  it('puts in what it requires, whatever the preset leaves out', async () => {
    const { run, read } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme', '--preset', 'minimal');
    const { mitigations, answers } = JSON.parse(read('shop/.dewar/project.json'));
    expect(mitigations).toContain('ci');
    expect(mitigations).not.toContain('templating');
    expect(answers.store).toBe('redis');
  });

  it.each([
    [['--without', 'csrf'], '--without csrf: the pack acme requires it.'],
    [['--store', 'filesystem'], 'the pack acme has settled store: it is "redis", and cannot be "filesystem".'],
  ])('makes new refuse %j', async (flags, why) => {
    const { run, read } = desk(acme);
    const { exit, err } = await run('new', 'shop', '--yes', '--pack', './acme', ...flags);
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining(why) });
    expect(() => read('shop/README.md')).toThrow();
  });

  it('makes new refuse another pack that sets what it has settled', async () => {
    const changes = `changes:
  - setting: { key: SESSION_COOKIE_SECURE, tier: production, value: 'False', why: easier }
`;
    const { run } = desk({ ...acme, 'easy/dewar.pack.yaml': manifest('easy', changes) });
    const { exit, err } = await run('new', 'shop', '--yes', '--pack', './acme', '--pack', './easy');
    expect(exit).toBe(2);
    expect(err).toContain(
      'The pack acme wants SESSION_COOKIE_SECURE = True (our sites speak HTTPS only); easy sets it to False.',
    );
  });

  it('makes new refuse a template of another pack that holds what it forbids', async () => {
    const { run } = desk({
      ...acme,
      'easy/dewar.pack.yaml': manifest('easy'),
      'easy/templates/headers/package/security/sri.py': `STYLE = "'unsafe-inline'"\n`,
    });
    const { exit, err } = await run('new', 'shop', '--yes', '--pack', './acme', '--pack', './easy');
    expect(exit).toBe(2);
    expect(err).toContain(
      "The pack acme forbids 'unsafe-inline' (injected styles read pages): src/shop/security/sri.py:1.",
    );
  });

  it('makes add refuse an answer that it has settled', async () => {
    const files = { 'acme/dewar.pack.yaml': manifest('acme', 'policy:\n  answers: { store: redis }\n') };
    const { run } = desk(files);
    await run('new', 'shop', '--yes', '--pack', './acme', '--without', 'sessions,secret-key,csrf');
    const { exit, err } = await run('add', 'sessions', '--store', 'filesystem', '--project', 'shop');
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('The pack acme has settled store') });
  });

  it('brings in what it requires since with an update', async () => {
    const { run, write, read } = desk({ 'acme/dewar.pack.yaml': manifest('acme') });
    await run('new', 'shop', '--yes', '--pack', './acme', '--preset', 'minimal');
    write('acme/dewar.pack.yaml', manifest('acme', 'policy:\n  require: [ci]\n'));
    expect((await run('update', 'shop')).exit).toBe(0);
    expect(JSON.parse(read('shop/.dewar/project.json')).mitigations).toContain('ci');
  });

  it('is checked by the audit, past suppressions and baselines', async () => {
    const { run, edit } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    const clean = await run('audit', 'shop');
    expect(clean.out).not.toContain('The pack acme');
    expect(clean.exit).toBe(0);
    edit('shop/src/shop/security/header_values.py', (text) =>
      text.replace(`"style-src": "'self'",`, `"style-src": "'self' 'unsafe-inline'",`),
    );
    edit('shop/src/shop/security/csrf.py', (text) => text.replace('    protect.init_app(app)\n', ''));
    await run('audit', 'shop', '--write-baseline', 'known.json', '--fail-on', 'never');
    const { exit, out } = await run('audit', 'shop', '--fail-on', 'never', '--baseline', 'known.json');
    expect(exit).toBe(11);
    expect(out).toMatch(/The pack acme requires csrf, which is (?:partial|missing)\./);
    expect(out).toMatch(
      /The pack acme forbids 'unsafe-inline' \(injected styles read pages\): src\/shop\/security\/header_values\.py:18\./,
    );
  });

  it('forbids what a rule finds, however small it is and whoever ignores it', async () => {
    const files = { 'acme/dewar.pack.yaml': manifest('acme', 'policy:\n  rules: [debug/config-on]\n') };
    const { run, edit } = desk(files);
    await run('new', 'shop', '--yes', '--pack', './acme');
    edit('shop/src/shop/settings/production.py', (text) => {
      const ignored = '    # dewar: ignore[debug/config-on]: only for a while';
      return `${text}${ignored}\n    DEBUG = True\n`;
    });
    const { exit, out } = await run('audit', 'shop', '--fail-on', 'never');
    expect(out).toMatch(/The pack acme forbids debug\/config-on: src\/shop\/settings\/production\.py:\d+: /);
    expect(exit).toBe(11);
  });

  it('makes update refuse another answer', async () => {
    const { run } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    const { exit, err } = await run('update', 'shop', '--set', 'store=filesystem');
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('The pack acme has settled store') });
  });

  it('finds a setting that is otherwise in production', async () => {
    const { run, edit } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    edit('shop/src/shop/settings/production.py', (text) => `${text}    SESSION_COOKIE_SECURE = False\n`);
    const { exit, out } = await run('audit', 'shop', '--fail-on', 'never');
    expect(exit).toBe(11);
    expect(out).toMatch(
      /The pack acme wants SESSION_COOKIE_SECURE = True .*; src\/shop\/settings\/production\.py:\d+ makes it False\./,
    );
  });
});
