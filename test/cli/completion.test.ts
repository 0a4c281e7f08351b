import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../src/cli/completion.ts';
import { SHELLS } from '../../src/cli/table.ts';
import { dewar } from '../support/capture.ts';
import { definitions } from '../support/fake-wiring.ts';

/** What bash offers after a line, as it splits it: `=` is a word of its own. */
function offered(line: string, cwd = tmpdir()): string[] {
  const words = line.split(/ |(?<==)|(?==)/);
  const script = `
source /dev/stdin <<'SCRIPT'
${completionScript('bash', definitions, '1.2.3')}
SCRIPT
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_dewar
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { cwd, encoding: 'utf8' }).trim().split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  it.each([
    [
      'dewar ',
      [
        'new',
        'list',
        'explain',
        'audit',
        'add',
        'undo',
        'update',
        'diff',
        'adopt',
        'fleet',
        'pack',
        'completion',
        '--help',
        '--version',
      ],
    ],
    ['dewar up', ['update']],
    ['dewar explain ', ['sessions', 'csrf', 'server', 'templating']],
    ['dewar add csrf s', ['sessions', 'server']],
    ['dewar completion ', ['bash', 'zsh', 'fish']],
    ['dewar new x --pro', ['--proxy']],
    ['dewar new x --no-', ['--no-input', '--no-git', '--no-install', '--no-examples']],
    ['dewar new x --proxy ', ['nginx', 'none']],
    ['dewar new x --proxy=n', ['nginx', 'none']],
    ['dewar new x --proxy=', ['nginx', 'none']],
    ['dewar new x --without csrf,te', ['csrf,templating']],
    ['dewar new x --preset p', ['paas']],
    ['dewar new x --name ', []],
    ['dewar bogus ', []],
  ])('offers after %j: %j', (line, words) => {
    expect(offered(line).sort()).toEqual([...words].sort());
  });

  it('offers folders for new and files for --answers', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'dewar-completion-'));
    mkdirSync(join(cwd, 'my folder'));
    writeFileSync(join(cwd, 'team.toml'), '');
    expect(offered('dewar new ', cwd)).toEqual(['my folder']);
    expect(offered('dewar new x --answers t', cwd)).toEqual(['team.toml']);
  });
});

describe('the completion scripts', () => {
  it.each(SHELLS)('name every flag of new for %s', async (shell) => {
    const { out, exit } = await dewar(['completion', shell]);
    expect(exit).toBe(0);
    for (const name of ['deploy-files', 'on-conflict', 'no-examples', 'preset']) expect(out).toContain(name);
  });
});
