import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTarget } from '../../src/commands/target.ts';
import { appAround } from '../../src/update/around.ts';
import { dewar } from '../support/capture.ts';
import { asNobody } from '../support/nobody.ts';
import { realWiring as wiring } from '../support/real-wiring.ts';

const posix = process.platform !== 'win32';
const entry = fileURLToPath(new URL('../support/fake-dewar.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-refusals-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

describe('a folder for a new app', () => {
  it.each([
    ['afile', 2, 'afile is a file: name a folder for the new app.'],
    ['afile/x', 2, 'afile is a file, so CWD/afile/x cannot be made in it: name a folder for the new app.'],
    ['afile/x/y', 2, 'afile is a file, so CWD/afile/x/y cannot be made in it: name a folder for the new app.'],
    ['dangling', 2, 'dangling is a link to nowhere, which leads nowhere: make that folder, or name another one.'],
    ['dangling/x', 2, 'dangling is a link to nowhere, which leads nowhere: make that folder, or name another one.'],
  ])('%s is refused in one sentence', async (target, exit, message) => {
    writeFileSync(join(cwd, 'afile'), '');
    symlinkSync('nowhere', join(cwd, 'dangling'));
    const said = `dewar: ${cwd}/${message.replaceAll('CWD', cwd)}\n`;
    expect(await dewar(['new', target, '--yes'], { cwd })).toEqual({ exit, out: '', err: said });
    expect(readdirSync(cwd)).toEqual(['afile', 'dangling']);
  });

  it('is no link that leads to itself', async () => {
    symlinkSync('loop', join(cwd, 'loop'));
    const { exit, err } = await dewar(['new', 'loop', '--yes'], { cwd });
    expect([exit, err]).toEqual([
      1,
      `dewar: Cannot read ${cwd}/loop: its links lead in a circle. Remove one of them.\n`,
    ]);
  });

  it('may be a link to a folder', async () => {
    mkdirSync(join(cwd, 'real'));
    symlinkSync('real', join(cwd, 'link'));
    expect((await dewar(['new', 'link', '--yes'], { cwd })).exit).toBe(0);
    expect(existsSync(join(cwd, 'real/answers.json'))).toBe(true);
  });

  it('that holds an app of Dewar is refused before the first question', () => {
    mkdirSync(join(cwd, '.dewar'));
    writeFileSync(join(cwd, '.dewar/project.json'), '{}');
    expect(() => checkTarget(cwd, { dryRun: true })).toThrow('already is an app that Dewar wrote: use "dewar add"');
  });
});

describe.runIf(posix)('where a user has no rights, the message names the path and the way out', () => {
  it('to write', async () => {
    const { exit, err } = await withBits(['new', 'x', '--yes'], 0o555);
    expect(exit).toBe(1);
    expect(err).toMatch(/^dewar: Cannot write \S+: permission denied\. .*may\.\n$/);
    expect(err).toContain(cwd);
  });

  it.each([
    ['audit', []],
    ['update', []],
    ['add', ['csrf']],
  ])('to read, for %s', async (name, rest) => {
    const { exit, err } = await withBits([name, ...rest.map((word) => word ?? cwd)], 0o000);
    expect(exit).toBe(1);
    expect(err).toMatch(/^dewar: Cannot read \S+: permission denied\. .*may\.\n$/);
    expect(err).toContain(cwd);
  });

  /** Runs a command in a folder with these bits. */
  async function withBits(argv: readonly string[], bits: number) {
    // Once before, since a user without rights may not be able to load the modules of this checkout.
    await dewar([...argv, '--dry-run', '--json'], { cwd });
    return asNobody(cwd, bits, () => dewar(argv, { cwd }));
  }
});

it('an answers file that is a folder is named as one', async () => {
  const { exit, err } = await dewar(['new', 'x', '--yes', '--answers', cwd], { cwd });
  expect([exit, err]).toEqual([2, `dewar: --answers ${cwd}: it is a folder. Name a file.\n`]);
});

describe.runIf(posix)('what stands at the end of a pipe', () => {
  it('may go away: the command ends with its own exit code and says nothing', () => {
    for (const [argv, exit] of [
      ['list', 0],
      ['audit', 11],
    ] as const) {
      const script = `"$0" --import "$1" "$2" ${argv} | true; exit "\${PIPESTATUS[0]}"`;
      const run = spawnSync('bash', ['-c', script, process.execPath, tsx, entry], { cwd, encoding: 'utf8' });
      expect([run.status, run.stderr]).toEqual([exit, '']);
    }
  });

  it.runIf(existsSync('/dev/full'))('may be full: one sentence, exit code 1', () => {
    for (const argv of [['list'], ['audit', '--json'], ['--help']]) {
      const { status, stderr } = into('/dev/full', argv);
      expect(stderr).toBe(
        'dewar: Cannot write the output: no space is left on the disk. Free some space and run the command again.\n',
      );
      expect(status).toBe(1);
    }
  });

  function into(path: string, argv: readonly string[]): SpawnSyncReturns<string> {
    const output = openSync(path, 'w');
    try {
      const stdio = ['ignore', output, 'pipe'] as const;
      return spawnSync(process.execPath, ['--import', tsx, entry, ...argv], {
        cwd,
        encoding: 'utf8',
        stdio: [...stdio],
      });
    } finally {
      closeSync(output);
    }
  }
});

describe('a command in a sub-folder', () => {
  const argvs = [['audit', '--fail-on', 'never'], ['update'], ['add', 'csrf']];

  it('takes the app around it, and says which', async () => {
    await dewar(['new', 'app', '--preset', 'minimal', '--yes'], { cwd, wiring });
    const below = join(cwd, 'app/src/app');
    for (const argv of argvs) {
      const { exit, err, out } = await dewar(argv, { cwd: below, wiring });
      expect([exit, err]).toEqual([0, `Using the app in ${cwd}/app, which this folder belongs to.\n`]);
      expect(out).not.toBe('');
      const { root } = JSON.parse((await dewar([...argv, '--json'], { cwd: below, wiring })).out);
      expect(root).toBe(join(cwd, 'app'));
    }
  });

  it('takes the folder that was named, and names the app around it where there is none', async () => {
    await dewar(['new', 'app', '--preset', 'minimal', '--yes'], { cwd, wiring });
    const { exit, err } = await dewar(['update', 'src'], { cwd: join(cwd, 'app'), wiring });
    expect([exit, err]).toEqual([
      2,
      `dewar: ${cwd}/app/src has no .dewar/project.json: Dewar does not know this app. Take it under management with "dewar adopt". The app around it is ${cwd}/app.\n`,
    ]);
  });

  it('looks no further than its repository', async () => {
    await dewar(['new', 'app', '--preset', 'minimal', '--yes'], { cwd, wiring });
    mkdirSync(join(cwd, 'app/vendor/.git'), { recursive: true });
    for (const argv of argvs) {
      const { exit, err } = await dewar(argv, { cwd: join(cwd, 'app/vendor'), wiring });
      expect([exit, err]).not.toEqual([0, expect.stringContaining('Using the app')]);
    }
  });

  it.runIf(process.getuid?.() === 0)('passes over a record that belongs to another user', async () => {
    await dewar(['new', 'app', '--preset', 'minimal', '--yes'], { cwd, wiring });
    chownSync(join(cwd, 'app/.dewar'), 65_534, 65_534);
    expect(appAround(join(cwd, 'app/src'))).toBeUndefined();
    expect(appAround(join(cwd, 'app'))).toBe(join(cwd, 'app'));
  });
});
