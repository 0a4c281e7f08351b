import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dewar } from '../support/capture.ts';
import { inTerminal, key, type PtyRun, type Typed } from '../support/pty.ts';
import { realWiring } from '../support/real-wiring.ts';
import { removeApp, shop } from '../support/shop.ts';
import { filesOf, lay } from '../support/snapshot.ts';

const entry = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dewar-terminal-add-'));
});
afterEach(() => removeApp(cwd));

/** Types into `dewar add`; the time limit is for a machine that does other things, too. */
function add(argv: readonly string[], steps: readonly Typed[]): PtyRun {
  const run = inTerminal([process.execPath, '--import', tsx, entry, 'add', ...argv], { cwd, steps, timeout: 90 });
  expect(run.waitingFor, run.text).toBeNull();
  return run;
}

const recorded = (): readonly string[] =>
  JSON.parse(readFileSync(join(cwd, '.dewar/project.json'), 'utf8')).mitigations;
const enter = [key.enter];
const later: Typed = { expect: 'Install the dependencies now?', send: enter };
const make: Typed = { expect: 'Make these changes?', send: enter };

describe('in a terminal, dewar add without a name', () => {
  beforeEach(() => lay(cwd, shop));

  it('offers what the app lacks with its state, and adds what stays ticked', () => {
    const { text } = add(
      [],
      [
        { expect: 'Ctrl-C leaves and writes nothing', send: [] },
        { expect: 'Which defences?', send: [] },
        // Everything is ticked; the first stays, all others go.
        { expect: 'ci (missing): ', send: ['i', key.space, key.enter] },
        { expect: 'Where does CI run?', send: enter },
        { expect: 'security.yml', send: [] },
        make,
        { expect: 'ci  missing, now implemented', send: [] },
      ],
    );
    expect(text).toContain('csrf (missing): ');
    expect(text).not.toContain('files (missing)');
    expect(recorded()).toEqual(['ci']);
  });

  it('writes nothing where everything is unticked', () => {
    const before = filesOf(cwd);
    const { exit } = add([], [{ expect: 'ci (missing): ', send: ['i', key.enter] }]);
    expect(exit).toBe(0);
    expect(filesOf(cwd)).toEqual(before);
  });

  it('asks nothing where nothing is missing', async () => {
    const all = await dewar(['add', '--all', '--yes'], { cwd, wiring: realWiring });
    expect(all.err).toBe('');
    const { text } = add([], [{ expect: 'Nothing is missing.', send: [] }]);
    expect(text).not.toContain('Which defences?');
  });

  it('leaves nothing behind after Ctrl-C', () => {
    const before = filesOf(cwd);
    const { exit, text } = add([], [{ expect: 'Which defences?', send: [key.ctrlC] }]);
    expect(exit).toBe(130);
    expect(text.trimEnd().split('\n').at(-1)).toBe('Left; nothing was written.');
    expect(filesOf(cwd)).toEqual(before);
  });
});

describe('in a terminal, dewar add in a folder with two apps', () => {
  const two = Object.fromEntries(
    ['one', 'two'].flatMap((folder) => Object.entries(shop).map(([path, text]) => [`${folder}/${path}`, text])),
  );
  beforeEach(() => lay(cwd, two));

  it('asks once which one, edits that, and keeps the answer', () => {
    const { text } = add(['csrf'], [{ expect: 'Which app?', send: [key.down, key.enter] }, later, make]);
    expect(text.match(/✔ Which app\?/g)).toHaveLength(1);
    const { 'one/app.py': one, 'two/app.py': second } = filesOf(cwd);
    expect(one).toBe(two['one/app.py']);
    expect(second).toContain('security.init_app(app)');
    expect(JSON.parse(readFileSync(join(cwd, '.dewar/project.json'), 'utf8')).app).toBe('two/app.py');
  });

  it('asks which one before it offers what that one lacks', () => {
    lay(join(cwd, 'two'), { Procfile: 'web: gunicorn app:app\n' });
    const { text } = add(
      [],
      [
        { expect: 'Which app?', send: enter },
        { expect: 'server (missing): ', send: [key.ctrlC] },
      ],
    );
    expect(text).toContain('one/app.py');
  });
});

describe('in a terminal, the review of dewar add', () => {
  beforeEach(() => lay(cwd, shop));
  const down = (times: number): readonly string[] => Array.from({ length: times }, () => key.down);

  it('leaves out whole what needs a file that is left out', () => {
    const { text } = add(
      ['csrf', 'ci', '--ci', 'github'],
      [
        later,
        { expect: 'Make these changes?', send: [...down(2), key.enter] },
        // The workflow is the first of the files.
        { expect: 'Which files?', send: [key.space, key.enter] },
        { expect: 'ci is left out: it needs .github/workflows/security.yml.', send: [] },
        { expect: 'app.py (edited)', send: [] },
        make,
      ],
    );
    expect(text).toContain('without .github/workflows/security.yml');
    expect(recorded()).toEqual(['csrf']);
    expect(Object.keys(filesOf(cwd)).filter((path) => path.startsWith('.github/'))).toEqual([]);
  });

  it('writes nothing where no defence can do without a file that is left out', () => {
    const before = filesOf(cwd);
    const steps = [
      later,
      { expect: 'Make these changes?', send: [...down(2), key.enter] },
      { expect: 'Which files?', send: ['i', key.enter] },
      { expect: 'csrf is left out: it needs', send: [] },
    ];
    const { exit, text } = add(['csrf'], steps);
    expect(exit).toBe(130);
    expect(text.trimEnd().split('\n').at(-1)).toBe('Left; nothing was written.');
    expect(filesOf(cwd)).toEqual(before);
  });

  it('shows each line, goes back to the last question with Esc, and leaves', () => {
    const before = filesOf(cwd);
    const steps = [
      { expect: 'Where does CI run?', send: enter },
      { expect: 'Make these changes?', send: [key.down, key.enter] },
      { expect: '+++ b/.github/workflows/security.yml', send: [] },
      { expect: 'Make these changes?', send: [key.escape] },
      { expect: 'Where does CI run?', send: [key.down, key.enter] },
      { expect: '.gitlab-ci.yml', send: [] },
      { expect: 'Make these changes?', send: [...down(4), key.enter] },
    ];
    expect(add(['ci'], steps).exit).toBe(130);
    expect(filesOf(cwd)).toEqual(before);
  });
});
