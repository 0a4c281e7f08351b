import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Wiring } from '../../src/cli/wiring.ts';
import { dewar } from '../support/capture.ts';
import { definitions, fakeWiring } from '../support/fake-wiring.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dewar-output-'));
});

function wired(commands: Partial<Wiring['commands']>): Wiring {
  return { ...fakeWiring, commands: { ...fakeWiring.commands, ...commands } };
}

describe('help', () => {
  it('of dewar names every command and needs no catalog', async () => {
    const wiring: Wiring = { ...fakeWiring, definitions: () => Promise.reject(new Error('was loaded')) };
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { exit, out } = await dewar(argv, { wiring });
      expect(exit).toBe(0);
      for (const name of ['new', 'list', 'explain', 'audit', 'add', 'update', 'completion'])
        expect(out).toContain(`\n  ${name} `);
      expect(out).toContain('Examples:');
    }
    for (const word of ['--version', '-V', 'version'])
      expect(await dewar([word], { wiring })).toEqual({ exit: 0, out: '1.2.3\n', err: '' });
  });

  it('of a command lists its flags, questions, presets and examples in lines of at most 98 columns', async () => {
    const { out } = await dewar(['new', '--help']);
    for (const text of [
      '--[no-]examples',
      '--deploy-files',
      'Answers of server',
      'paas',
      'dewar new acme-portal --yes',
    ])
      expect(out).toContain(text);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(98);
    expect((await dewar(['help', 'new'])).out).toBe(out);
  });

  it('of a command that is a first slice says what it does not do', async () => {
    const { out } = await dewar(['update', '--help']);
    expect(out).toContain('looks for no newer version');
    expect(out).not.toContain('--on-conflict');
    expect((await dewar(['add', '--help'])).out).not.toContain('--on-conflict');
  });

  it('goes to standard error with exit code 2 where no command is given', async () => {
    const { exit, out, err } = await dewar([]);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('Usage: dewar COMMAND');
  });
});

describe('every command', () => {
  it.each([
    [['list'], 'dewar/list/1', 0],
    [['explain', 'csrf'], 'dewar/explain/1', 0],
    [['audit'], 'dewar/audit/1', 11],
    [['add', 'csrf'], 'dewar/add/1', 6],
    [['update'], 'dewar/update/1', 0],
    [['new', 'x', '--yes'], 'dewar/new/1', 0],
  ])('%j prints one JSON document with the schema %s', async (argv, schema, code) => {
    const { exit, out, err } = await dewar([...argv, '--json'], { cwd });
    expect(JSON.parse(out)).toMatchObject({ schema });
    expect([exit, err]).toEqual([code, '']);
  });

  it('prints nothing but errors with --quiet', async () => {
    expect(await dewar(['new', 'x', '--yes', '--quiet'], { cwd })).toEqual({ exit: 0, out: '', err: '' });
    expect(await dewar(['audit', '--quiet'], { cwd })).toEqual({ exit: 11, out: '', err: '' });
  });

  it('puts no colour into what is no terminal', async () => {
    const { out } = await dewar(['new', 'x', '--yes', '--dry-run'], { cwd });
    expect(out).not.toContain('\u001B');
  });

  it('passes no escape sequence of a file name on to the terminal', async () => {
    const files = [{ path: 'a\u001B]0;owned\u0007.py', state: 'new' as const }];
    const wiring = wired({ update: async () => ({ root: cwd, written: false, files, byHand: [] }) });
    const { out } = await dewar(['update', '--dry-run'], { cwd, wiring });
    expect(out).toContain('a\uFFFD]0;owned\uFFFD.py');
  });

  it('asks for a report where the fault is in Dewar, and not where the system refuses', async () => {
    const broken = wired({ update: () => Promise.reject(new TypeError('x is not a function')) });
    expect(await dewar(['update'], { wiring: broken })).toMatchObject({
      exit: 1,
      err: expect.stringContaining('please report it'),
    });
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { exit, err } = await dewar(['update'], { wiring: wired({ update: () => Promise.reject(full) }) });
    expect([exit, err]).toEqual([1, expect.stringContaining('no space is left on the disk. Free some')]);
  });
});

describe('dewar new', () => {
  it('writes nothing in a dry run', async () => {
    const { exit, out } = await dewar(['new', 'x', '--yes', '--dry-run'], { cwd });
    expect([exit, readdirSync(cwd)]).toEqual([0, []]);
    expect(out).toContain('src/app/\n  csrf.py');
  });

  it('stops at a conflict with exit code 3, and goes on as --on-conflict says', async () => {
    await dewar(['new', 'x', '--yes'], { cwd });
    writeFileSync(join(cwd, 'x/answers.json'), 'mine');
    const stopped = await dewar(['new', 'x', '--yes'], { cwd });
    expect(stopped).toMatchObject({ exit: 3, out: expect.stringContaining('Nothing was written') });
    const kept = await dewar(['new', 'x', '--yes', '--on-conflict', 'keep'], { cwd });
    expect(kept).toMatchObject({ exit: 0, out: expect.stringContaining('keep answers.json') });
    const diff = await dewar(['new', 'x', '--yes', '--on-conflict', 'theirs', '--json'], { cwd });
    expect(JSON.parse(diff.out).files[0]).toEqual({ path: 'answers.json', state: 'overwrite' });
  });

  it('refuses a file as its folder before anything is asked', async () => {
    writeFileSync(join(cwd, 'x'), '');
    expect(await dewar(['new', 'x', '--yes'], { cwd })).toMatchObject({
      exit: 2,
      err: `dewar: ${join(cwd, 'x')} is a file: name a folder for the new app.\n`,
    });
  });

  it('leaves out with a hint what the catalog of a first slice does not have', async () => {
    const wiring: Wiring = {
      ...fakeWiring,
      definitions: () => ({ ...definitions, catalog: definitions.catalog.slice(0, 1) }),
    };
    const { exit, err } = await dewar(['new', 'x', '--yes', '--with', 'csrf'], { cwd, wiring });
    expect([exit, err]).toEqual([2, expect.stringContaining('"csrf" is not one of sessions')]);
  });
});
