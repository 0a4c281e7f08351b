import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { inTerminal, key, type PtyRun, type Typed } from '../support/pty.ts';

const entry = fileURLToPath(new URL('../support/fake-dewar.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dewar-terminal-'));
});

function dewar(argv: readonly string[], steps: readonly Typed[], env: Record<string, string> = {}): PtyRun {
  const run = inTerminal([process.execPath, '--import', tsx, entry, ...argv], { cwd, steps, env });
  expect(run.waitingFor, run.text).toBeNull();
  return run;
}

const enter = [key.enter];
const untilReview: readonly Typed[] = [
  { expect: 'called?', send: enter },
  { expect: 'Python package', send: enter },
  { expect: 'Example pages?', send: enter },
  { expect: 'Which defences?', send: enter },
  { expect: 'Reverse proxy', send: [key.down, key.enter] },
  { expect: 'Deployment files', send: [key.space, key.enter] },
  { expect: 'Git repository', send: enter },
  { expect: 'Install the dependencies', send: enter },
];

describe('in a terminal, dewar new', () => {
  it('asks, shows the files, writes them and says the same as one line', () => {
    const { exit, text } = dewar(['new', 'acme'], [...untilReview, { expect: 'Write these files?', send: enter }]);
    expect(text).toContain('src/app/\n  csrf.py\n');
    expect(text).toContain('5 files (5 new)');
    expect(text).toContain('dewar new acme --yes --proxy none --deploy-files docker');
    expect(text).toContain('cd acme\n  python3 -m venv .venv');
    expect(exit).toBe(0);
    const answers = JSON.parse(readFileSync(join(cwd, 'acme/answers.json'), 'utf8'));
    expect(answers).toMatchObject({ name: 'acme', proxy: 'none', deployFiles: ['docker'] });
  });

  it('goes back one question with Esc and offers the earlier answer', () => {
    const steps: Typed[] = [
      { expect: 'called?', send: ['Z', 'o', 'o', key.enter] },
      { expect: 'Python package', send: [key.escape] },
      { expect: 'called? As people read it. (Zoo)', send: [key.escape] },
      { expect: '', send: ['!', key.enter] },
      { expect: 'has an exclamation mark', send: [key.ctrlC] },
    ];
    expect(dewar(['new', 'acme'], steps).exit).toBe(130);
  });

  it('puts a question again in the place of its earlier answer', () => {
    const steps: Typed[] = [
      { expect: 'called?', send: ['Z', key.enter] },
      { expect: 'Python package', send: [key.escape] },
      { expect: 'called?', send: [key.ctrlC] },
    ];
    const { raw } = dewar(['new', 'acme'], steps);
    const back = raw.slice(raw.lastIndexOf('Python package'));
    expect(back.slice(0, back.indexOf('called?'))).toContain('\u001B[1A\r\u001B[J');
  });

  it('shows a long tree by its folders first', () => {
    const given = ['--name', 'X', '--package', 'x', '--examples', '--preset', 'default', '--proxy', 'none'];
    const rest = ['--deploy-files', 'none', '--no-git', '--no-install'];
    const steps: Typed[] = [
      { expect: 'src/app/  4 files\nanswers.json', send: [] },
      { expect: 'Show every file', send: [key.down, key.enter] },
      { expect: 'src/app/\n  csrf.py', send: [] },
      { expect: 'Write these files?', send: enter },
    ];
    expect(dewar(['new', 'acme', ...given, ...rest], steps, { ROWS: '14' }).exit).toBe(0);
  });

  it('goes back from the review with Esc', () => {
    const steps = [
      ...untilReview,
      { expect: 'Write these files?', send: [key.escape] },
      { expect: 'Install the dependencies', send: [key.ctrlC] },
    ];
    expect(dewar(['new', 'acme'], steps).exit).toBe(130);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    ['Ctrl-C', key.ctrlC],
    ['Ctrl-D', key.ctrlD],
  ])('leaves nothing behind after %s', (_, pressed) => {
    const { exit, text } = dewar(
      ['new', 'acme'],
      [
        { expect: 'called?', send: enter },
        { expect: 'Python package', send: [pressed] },
      ],
    );
    expect(exit).toBe(130);
    expect(text.trimEnd().split('\n').at(-1)).toBe('Left; nothing was written.');
    expect(text).not.toMatch(/\bat .*:\d+:\d+/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('asks what to do with a file that differs, keeping it by default', () => {
    mkdirSync(join(cwd, 'acme'));
    writeFileSync(join(cwd, 'acme/answers.json'), 'mine');
    const given = [
      '--name',
      'X',
      '--package',
      'x',
      '--examples',
      '--preset',
      'paas',
      '--proxy',
      'none',
      '--deploy-files',
      'none',
      '--no-git',
      '--no-install',
    ];
    const steps: Typed[] = [
      { expect: 'answers.json (conflict)', send: [] },
      { expect: 'Write these files?', send: enter },
      { expect: 'answers.json exists and differs', send: [key.down, key.down, key.enter] },
      { expect: '+dewar', send: [] },
      { expect: 'answers.json exists and differs', send: enter },
    ];
    const { exit, text } = dewar(['new', 'acme', ...given], steps);
    expect(text).toContain('keep answers.json');
    expect(text.split('The same without questions:')[1]).toContain('--on-conflict keep');
    expect(exit).toBe(0);
    expect(readFileSync(join(cwd, 'acme/answers.json'), 'utf8')).toBe('mine');
    expect(existsSync(join(cwd, 'acme/src/app/csrf.py'))).toBe(true);
  });

  it('judges what flags say before the first question', () => {
    const { exit, text } = dewar(['new', 'acme', '--name', 'Oh!'], []);
    expect(text).not.toContain('Python package');
    expect([exit, text]).toEqual([2, expect.stringContaining('has an exclamation mark')]);
  });

  it('does not ask under CI, and says so', () => {
    const { exit, text } = dewar(['new', 'acme'], [], { CI: 'true' });
    expect(text).toContain('CI is set and nothing is asked');
    expect(exit).toBe(2);
  });

  it('asks nothing with --yes', () => {
    expect(dewar(['new', 'acme', '--yes'], []).exit).toBe(0);
  });

  it('uses colour, and none with NO_COLOR', () => {
    const steps = [...untilReview, { expect: 'Write these files?', send: enter }];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is what is looked for
    const colour = /\u001B\[(?:[1-9]|3\d)m/;
    expect(dewar(['new', 'a'], steps).raw).toMatch(colour);
    expect(dewar(['new', 'b'], steps, { NO_COLOR: '1' }).raw).not.toMatch(colour);
  });
});
