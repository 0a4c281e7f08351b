import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadNamed } from '../../src/packs/load.ts';
import { type ConsentRequest, requireConsent, type Trusting } from '../../src/packs/trust.ts';
import { type Desk, desk, manifest } from '../support/packs.ts';

const plan = `export default function* plan() {
  yield { kind: 'setting', key: 'TRACED', tier: 'base', value: 'True', why: 'code said so' };
}
`;
const code = {
  'acme/dewar.pack.yaml': manifest('acme', 'code: { plan: code/plan.mjs }\n'),
  'acme/code/plan.mjs': plan,
};

/** The hash that a refusal names. */
function hashIn(err: string): string {
  return /--trust ([0-9a-f]{64})/.exec(err)?.[1] ?? '';
}

function consents(here: Desk): { hash: string; commit?: string }[] {
  return existsSync(join(here.folder, 'config/dewar/trusted-packs.json'))
    ? JSON.parse(here.read('config/dewar/trusted-packs.json')).packs
    : [];
}

/** Puts what a user agreed to where the terminal would have put it. */
function consentTo(here: Desk, pack: object): void {
  const schema = 'dewar/trusted-packs/1';
  here.write('config/dewar/trusted-packs.json', JSON.stringify({ schema, packs: [{ since: '2026-01-01', ...pack }] }));
}

describe('a pack that brings code', () => {
  it('is refused with exit 4, and its code does not run', async () => {
    const here = desk({ ...code, 'acme/code/plan.mjs': `throw new Error('it ran');\n` });
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', './acme');
    expect(exit).toBe(4);
    expect(err).toContain('code/plan.mjs runs whenever an app is planned');
    expect(err).not.toContain('it ran');
    expect(existsSync(join(here.folder, 'shop'))).toBe(false);
  });

  it('runs with --trust and the hash of its content, which is not remembered', async () => {
    const here = desk(code);
    const hash = hashIn((await here.run('new', 'shop', '--yes', '--pack', './acme')).err);
    expect((await here.run('new', 'shop', '--yes', '--pack', './acme', '--trust', hash)).exit).toBe(0);
    expect(here.read('shop/src/shop/settings/base.py')).toContain('TRACED = True  # code said so');
    expect(consents(here)).toEqual([]);
    expect((await here.run('update', 'shop')).exit).toBe(4);
    expect((await here.run('audit', 'shop')).exit).toBe(4);
    expect((await here.run('update', 'shop', '--trust', hash)).exit).toBe(0);
  });

  it.each(['acme/code/plan.mjs', 'acme/templates/app/root/SECURITY.md', 'acme/code/other.mjs'])(
    'is another pack once %s has changed',
    async (file) => {
      const here = desk({ ...code, 'acme/templates/app/root/SECURITY.md': 'a\n' });
      const hash = hashIn((await here.run('new', 'shop', '--yes', '--pack', './acme')).err);
      here.write(file, '// changed\n');
      const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', './acme', '--trust', hash);
      expect(exit).toBe(4);
      expect(hashIn(err)).not.toBe(hash);
    },
  );

  it('runs where the user consented, and asks anew when the reference leads elsewhere', async () => {
    const here = desk(code);
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: join(here.folder, 'acme'),
        encoding: 'utf8',
      }).trim();
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    const url = `file://${here.folder}/acme#main`;
    const hash = hashIn((await here.run('new', 'shop', '--yes', '--pack', url)).err);
    const commit = git('rev-parse', 'HEAD');
    consentTo(here, { name: 'acme', version: '1.0.0', source: url, commit, hash });
    expect((await here.run('new', 'shop', '--yes', '--pack', url)).exit).toBe(0);
    expect(JSON.parse(here.read('shop/.dewar/project.json')).packs).toEqual([
      { name: 'acme', source: url, commit, hash, version: '1.0.0' },
    ]);
    // The same content at another commit is not what was looked at either.
    git('commit', '--quiet', '--allow-empty', '-m', 'second');
    const moved = await here.run('update', 'shop');
    expect(moved.exit).toBe(4);
    expect(moved.err).toContain(`It was trusted on 2026-01-01 at commit ${commit}, and has changed since.`);
  });

  it('is asked about once', async () => {
    const here = desk(code);
    const [read] = await loadNamed(['./acme'], here.folder, { root: here.folder, env: here.env, note: () => {} });
    if (!read) throw new Error('no pack was read');
    const asked: ConsentRequest[] = [];
    const trusting = (answer: boolean): Trusting => ({
      env: here.env,
      given: [],
      ask: async (request) => {
        asked.push(request);
        return answer;
      },
    });
    await expect(requireConsent(read, trusting(false))).rejects.toThrow(/you do not trust yet/);
    expect(consents(here)).toEqual([]);
    await requireConsent(read, trusting(true));
    await requireConsent(read, trusting(false));
    expect(asked.map(({ abilities }) => abilities[0])).toEqual([
      'code/plan.mjs runs whenever an app is planned: new, add, update.',
      'code/plan.mjs runs whenever an app is planned: new, add, update.',
    ]);
    expect(consents(here)).toMatchObject([{ name: 'acme', hash: read.origin.hash }]);
  });

  it('is not trusted for where it comes from', async () => {
    const here = desk(code);
    const hash = hashIn((await here.run('new', 'shop', '--yes', '--pack', './acme')).err);
    const source = join(here.folder, 'acme');
    consentTo(here, { name: 'acme', version: '1.0.0', source, hash: hash.replace(/./g, '0') });
    expect((await here.run('new', 'shop', '--yes', '--pack', './acme')).exit).toBe(4);
  });

  it('may declare defences, rules, free EJS and a step after a new app', async () => {
    const here = desk({
      'acme/dewar.pack.yaml': manifest(
        'acme',
        `code:
  mitigations: code/mitigations.mjs
  audits: code/audits.mjs
  afterNew: code/after.mjs
  templates: ejs
`,
      ),
      'acme/code/mitigations.mjs': `export default [{
  id: 'tracing', title: 'Tracing', weaknesses: ['CWE-778'], asvs: ['16.1.1'],
  threats: [{ name: 'Blind', severity: 'low', prevented: 'It is seen.' }], questions: {},
  *plan({ templates }) {
    for (const place of templates) yield { kind: 'file', place, template: 'tracing/' + place };
  },
}];
`,
      'acme/code/audits.mjs': `export default { tracing: {
  applies: () => true, evidence: () => [],
  rules: [{ id: 'tracing/none', severity: 'low', weakness: 'CWE-778', message: 'Nothing is traced.', find: () => [] }],
} };
`,
      'acme/code/after.mjs': `import { writeFileSync } from 'node:fs';
import { text } from './text.mjs';
export default ({ root, answers }) => writeFileSync(root + '/after.txt', text + answers.package);
`,
      'acme/code/text.mjs': `export const text = 'made for ';\n`,
      'acme/mitigations/tracing/templates/root/trace.txt': '<%= [1, 2].map((n) => n * 2).join() %>\n',
    });
    const hash = hashIn((await here.run('new', 'shop', '--yes', '--pack', './acme')).err);
    const made = await here.run('new', 'shop', '--yes', '--pack', './acme', '--trust', hash);
    expect(made).toMatchObject({ exit: 0 });
    expect(here.read('shop/trace.txt')).toBe('2,4\n');
    expect(here.read('shop/after.txt')).toBe('made for shop');
    const { out } = await here.run('audit', 'shop', '--trust', hash);
    expect(out).toMatch(/^tracing +missing/m);
  });

  it('is told apart from one that fails while it is loaded', async () => {
    const here = desk({ ...code, 'acme/code/plan.mjs': 'export default 1;\n' });
    const hash = hashIn((await here.run('new', 'shop', '--yes', '--pack', './acme')).err);
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', './acme', '--trust', hash);
    expect(exit).toBe(2);
    expect(err).toContain('code/plan.mjs: its default export is not what docs/packs.md says.');
  });
});
