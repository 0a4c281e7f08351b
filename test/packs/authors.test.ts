import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileChange, Mitigation } from '../../src/mitigation.ts';
import { checkMitigation, checkPack } from '../../src/testing.ts';
import { root } from '../support/imports.ts';
import { type Packed, pack } from '../support/packed.ts';
import { desk, manifest } from '../support/packs.ts';

let packed: Packed;
beforeAll(() => {
  packed = pack();
});
afterAll(() => packed?.remove());

const tracing: Mitigation = {
  id: 'tracing',
  title: 'Traces of every request',
  weaknesses: ['CWE-778'],
  asvs: ['16.1.1'],
  threats: [{ name: 'Blind spots', severity: 'low', prevented: 'Each request leaves a trace.' }],
  questions: {
    sampling: {
      kind: 'choice',
      message: 'How many?',
      help: 'How many requests are traced.',
      default: 'all',
      choices: [
        { value: 'all', label: 'all' },
        { value: 'few', label: 'few' },
      ],
    },
  },
  *plan({ answers, templates }) {
    for (const place of templates)
      yield { kind: 'file', place: place as FileChange['place'], template: `tracing/${place}` };
    if (answers['sampling'] === 'few')
      yield { kind: 'setting', key: 'TRACED', tier: 'base', value: '"few"', why: 'enough' };
  },
};
const templates = ['package/security/tracing.py', 'tests/security/test_tracing.py'];

describe('a new pack', () => {
  it('comes with a test that passes, and that notices a fault', { timeout: 60_000 }, async () => {
    const here = desk({});
    await here.run('pack', 'new', './acme-pack');
    const folder = join(here.folder, 'acme-pack');
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(packed.folder, join(folder, 'node_modules/generator-dewar'), 'junction');
    const own = (): { status: number | null; output: string } => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--test'], { cwd: folder, encoding: 'utf8' });
      return { status, output: stdout + stderr };
    };
    const first = own();
    expect(first.status, first.output).toBe(0);
    here.edit('acme-pack/templates/acme/root/docs/acme.md', (text) => text.replace('answers.team', 'answers.teem'));
    const second = own();
    expect(second.status).not.toBe(0);
    expect(second.output).toContain('templates/acme/root/docs/acme.md:3');
    expect(second.output).toContain('did you mean team?');
  });

  it('is not written over something', async () => {
    const here = desk({ 'acme-pack/mine.txt': 'mine' });
    const { exit, err } = await here.run('pack', 'new', './acme-pack');
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('is not empty') });
  });
});

describe('checkPack', () => {
  it('says what is rendered and is no Python', async () => {
    const { folder } = desk({
      'acme/dewar.pack.yaml': manifest('acme'),
      'acme/templates/acme/package/broken.py': 'def broken(:\n',
    });
    expect(await checkPack(join(folder, 'acme'))).toEqual([
      'src/acme_portal/broken.py:1: what is rendered is no Python',
    ]);
  });

  it('says what a mitigation lacks', async () => {
    const { folder } = desk({
      'acme/dewar.pack.yaml': manifest('acme'),
      'acme/mitigations/tracing/mitigation.yaml':
        "title: Tracing\nweaknesses: [CWE-778]\nasvs: ['16.1.1']\nthreats: []\n",
      'acme/mitigations/tracing/templates/slots/unused.txt': 'x\n',
    });
    expect(await checkPack(join(folder, 'acme'))).toEqual([
      'mitigations/tracing: it names no threat',
      'mitigations/tracing: it brings no test of the app: tests/security/test_tracing.py',
      'mitigations/tracing: its template slots/unused.txt is written by no answer',
    ]);
  });

  it('says where a folder is no pack', async () => {
    expect(await checkPack('/nowhere')).toEqual(['/nowhere has no dewar.pack.yaml: name the folder of a pack.']);
  });
});

describe('checkMitigation', () => {
  it('finds nothing in one that keeps the contract', async () => {
    expect(await checkMitigation(tracing, templates)).toEqual([]);
  });

  it.each([
    [{ title: 'Too much. Said.' }, /its title/],
    [{ threats: [] }, /no threat/],
    [{ asvs: [] }, /no section of OWASP ASVS/],
    [{ plan: () => [{ kind: 'entry', slot: 'no.such', lines: 'x' }] }, /not complete.*no\.such/],
    [{ plan: () => [] }, /written by no answer/],
  ] as [Partial<Mitigation>, RegExp][])('finds what is wrong with %o', async (change, problem) => {
    expect((await checkMitigation({ ...tracing, ...change }, templates)).join('\n')).toMatch(problem);
  });

  it('takes the steps to later versions, each from an import of what moved', async () => {
    const step = { to: '1.1.0', what: 'it is shorter.', moved: { 'security.old:Trace': 'security.tracing' } };
    expect(await checkMitigation(tracing, templates, [step])).toEqual([]);
    const wrong = [
      { ...step, to: 'next', what: 'shorter' },
      { ...step, moved: { 'security.old:Trace': 'security.gone' } },
      { ...step, moved: { 'security.old': 'security.tracing', 'security.tracing:Trace': 'security.tracing' } },
      { ...step, moved: {} },
    ];
    expect(await checkMitigation(tracing, templates, wrong)).toEqual([
      'the step to "next" names no version such as 1.2.0',
      'the step to next says in no sentence why it is',
      'the step to 1.1.0 leads to security.gone, which is none of its modules',
      'the step to 1.1.0 leads no import of security.old to security.tracing',
      'the step to 1.1.0 leads no import of security.tracing:Trace to security.tracing',
      'the step to 1.1.0 moves nothing',
    ]);
  });

  it('comes with types that tell a mitigation from what is none', { timeout: 60_000 }, () => {
    const here = desk({});
    mkdirSync(join(here.folder, 'node_modules'));
    symlinkSync(packed.folder, join(here.folder, 'node_modules/generator-dewar'), 'junction');
    const typed = (severity: string): string => {
      const text = `import { checkMitigation, type Mitigation } from 'generator-dewar/testing';
const one: Mitigation = {
  id: 'one', title: 'One', weaknesses: ['CWE-1'], asvs: [], questions: {}, plan: () => [],
  threats: [{ name: 'a', severity: '${severity}', prevented: 'b.' }],
};
export const problems: Promise<readonly string[]> = checkMitigation(one, []);
`;
      writeFileSync(join(here.folder, 'one.ts'), text);
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--skipLibCheck',
        'false',
        '--types',
        '',
        '--ignoreConfig',
      ];
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      return spawnSync(process.execPath, [tsc, ...options, 'one.ts'], { cwd: here.folder, encoding: 'utf8' }).stdout;
    };
    expect(typed('low')).toBe('');
    expect(typed('grave')).toContain('"grave"');
  });
});
