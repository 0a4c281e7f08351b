import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameProblem, skeleton } from '../scripts/new-mitigation.ts';
import { root } from './support/imports.ts';

/** The project as far as a mitigation needs it. */
const copied = [
  ...['src', 'scripts', 'generators', 'templates', 'test'],
  ...['package.json', 'tsconfig.json', 'biome.json', 'vitest.config.ts', '.gitignore'],
];

describe('the name of a new mitigation', () => {
  it.each(['rate-limit', 'two-factor', 'logging2'])('may be %s', (name) => {
    expect(nameProblem(name)).toBeUndefined();
  });

  it.each(['', 'Rate-Limit', 'rate_limit', '../up', 'csrf', 'app', 'class', 'json'])('is not %j', (name) => {
    expect(nameProblem(name)).toMatch(/^".*" is .+\.$/);
  });
});

describe('npm run new-mitigation', () => {
  let copy: string;
  beforeAll(() => {
    copy = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-thirteenth-')));
    for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('writes a skeleton that keeps the contract and needs no other change', { timeout: 120_000 }, () => {
    const { output } = inCopy(['tsx', 'scripts/new-mitigation.ts', 'rate-limit']);
    for (const path of Object.keys(skeleton('rate-limit'))) expect(output).toContain(path);
    const contract = inCopy(['vitest', 'run', 'test/mitigations.test.ts', '-t', 'rate-limit|the catalog']);
    expect(contract.output).toContain(', 0 failed,');
    expect(contract.output).not.toMatch(/^0 passed/m);
    expect(inCopy(['tsc', '--noEmit']).output).toBe('');
    expect(inCopy(['biome', 'check', 'generators/rate-limit']).exit).toBe(0);
  });

  it('makes the command know it', { timeout: 60_000 }, () => {
    expect(inCopy(['tsx', 'src/cli/bin.ts', 'list']).output).toMatch(/^rate-limit {2}/m);
    const written = inCopy(['tsx', 'src/cli/bin.ts', 'new', 'acme', '--yes', '--dry-run', '--diff']).output;
    expect(written).toContain('+    rate_limit.init_app(app)');
    expect(written).toContain('+def test_the_defence_is_on(app: Flask) -> None:');
  });

  function inCopy([program = '', ...args]: readonly string[]): { exit: number | null; output: string } {
    const windows = process.platform === 'win32';
    const file = join(copy, 'node_modules/.bin', windows ? `${program}.cmd` : program);
    const env = { ...process.env, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(file, args, { cwd: copy, env, encoding: 'utf8', shell: windows });
    return { exit: status, output: `${stdout}${stderr}` };
  }
});
