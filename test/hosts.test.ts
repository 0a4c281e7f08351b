import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Generator from 'yeoman-generator';
import { presets } from '../generators/app/presets.ts';
import { command, treeOf, yeoman } from './support/hosts.ts';
import { root } from './support/imports.ts';

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-hosts-')));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('both hosts', () => {
  it.each(presets.map(({ name }) => name))('write the same bytes for preset %s', async (preset) => {
    command(['new', 'acme-portal', '--preset', preset, '--yes'], join(top, 'command'));
    const cwd = join(top, 'yeoman/acme-portal');
    await yeoman({ namespace: 'dewar:app', cwd, options: { preset, yes: true } });
    expect(treeOf(cwd)).toEqual(treeOf(join(top, 'command/acme-portal')));
  });

  it('write the same bytes for the same answers, by flag here and by prompt there', async () => {
    const flags = ['--name', 'It\'s "Ours"', '--package', 'ours', '--python', '3.12', '--deps', 'uv', '--no-examples'];
    command(['new', 'ours', ...flags, '--yes'], join(top, 'command'));
    const answers = { name: `It's "Ours"`, package: 'ours', python: '3.12', deps: 'uv', examples: false };
    const cwd = join(top, 'yeoman/ours');
    const { asked } = await yeoman({ namespace: 'dewar:app', cwd, answers });
    expect(asked).toEqual(expect.arrayContaining(['name', 'package', 'python', 'deps', 'examples', 'defences']));
    expect(treeOf(cwd)).toEqual(treeOf(join(top, 'command/ours')));
  });

  it('bring a mitigation to a bare app with the same bytes as a new app that has it', async () => {
    command(['new', 'acme', '--without', everyMitigation(), '--yes'], top);
    const cwd = join(top, 'acme');
    await yeoman({ namespace: 'dewar:csrf', cwd, options: { yes: true } });
    const { mitigations } = JSON.parse(readFileSync(join(cwd, '.dewar/project.json'), 'utf8'));
    const others = everyMitigation()
      .split(',')
      .filter((id) => !mitigations.includes(id));
    command(['new', 'whole/acme', ...(others.length > 0 ? ['--without', others.join(',')] : []), '--yes'], top);
    expect(treeOf(cwd)).toEqual(treeOf(join(top, 'whole/acme')));
  });

  it('put csrf into an app that Dewar did not write with the same bytes and the same record', async () => {
    const [here, there] = ['command', 'yeoman'].map((name) => join(top, name)) as [string, string];
    for (const folder of [here, there]) cpSync(join(root, 'test/shapes/factory'), folder, { recursive: true });
    const before = treeOf(here);
    command(['add', 'csrf', '--yes'], here);
    await yeoman({ namespace: 'dewar:csrf', cwd: there, options: { yes: true } });
    expect(treeOf(there)).toEqual(treeOf(here));
    expect(treeOf(there)['shop/__init__.py']).not.toBe(before['shop/__init__.py']);
    expect(Object.keys(treeOf(there))).toContain('shop/security/csrf.py');
  });
});

describe('the built command', () => {
  it.each([
    ['json', '{"name": "Team App", "preset": "minimal"}'],
    ['yaml', 'name: Team App\npreset: minimal\n'],
    ['toml', 'name = "Team App"\npreset = "minimal"\n'],
  ])('takes answers from %s', (kind, text) => {
    writeFileSync(join(top, `answers.${kind}`), text);
    command(['new', 'team', '--answers', `answers.${kind}`, '--yes'], top);
    expect(readFileSync(join(top, 'team/README.md'), 'utf8')).toContain('# Team App');
  });
});

describe('a generator under Yeoman', () => {
  it('asks nothing that an option answers', async () => {
    const { asked } = await yeoman({
      namespace: 'dewar:app',
      cwd: join(top, 'acme'),
      options: { python: '3.13' },
      answers: {},
    });
    expect(asked).toContain('name');
    expect(asked).not.toContain('python');
  });

  it('writes to the folder that its argument names', async () => {
    await yeoman({ namespace: 'dewar:app', cwd: top, args: ['acme'], options: { yes: true } });
    expect(Object.keys(treeOf(top))).toContain('acme/.dewar/project.json');
  });

  it('adds what its arguments name', async () => {
    const cwd = join(top, 'acme');
    command(['new', 'acme', '--without', everyMitigation(), '--yes'], top);
    await yeoman({ namespace: 'dewar:add', cwd, args: ['csrf'], options: { yes: true } });
    expect(JSON.parse(readFileSync(join(cwd, '.dewar/project.json'), 'utf8')).mitigations).toContain('csrf');
  });

  it('audits as the command does', async () => {
    command(['new', 'acme', '--yes'], top);
    const { log } = await yeoman({ namespace: 'dewar:audit', cwd: join(top, 'acme') });
    expect(log).toContain('csrf');
    process.exitCode = 0;
  });

  it('updates an app that is up to date without a change', async () => {
    command(['new', 'acme', '--yes'], top);
    const before = treeOf(top);
    const { log } = await yeoman({ namespace: 'dewar:update', cwd: join(top, 'acme') });
    expect(log).toContain('Nothing to change.');
    expect(treeOf(top)).toEqual(before);
  });

  it('finds the app around a sub-folder, and says which it is', async () => {
    command(['new', 'acme', '--yes'], top);
    for (const [namespace, args] of [
      ['dewar:update', []],
      ['dewar:csrf', []],
      ['dewar:add', ['csrf']],
      ['dewar:audit', []],
    ] as const) {
      const { log } = await yeoman({ namespace, args, cwd: join(top, 'acme/src/acme'), options: { yes: true } });
      expect(log).toContain(`Using the app in ${join(top, 'acme')}, which this folder belongs to.`);
    }
  });

  it('changes nothing when it runs again', async () => {
    const cwd = join(top, 'acme');
    await yeoman({ namespace: 'dewar:app', cwd, options: { yes: true } });
    const before = treeOf(cwd);
    await yeoman({ namespace: 'dewar:app', cwd, options: { yes: true } });
    expect(treeOf(cwd)).toEqual(before);
  });

  it('has no word to say about package.json', async () => {
    writeFileSync(join(top, 'package.json'), '{"name": "frontend"}\n');
    const { log } = await yeoman({ namespace: 'dewar:app', cwd: top, options: { yes: true } });
    expect(log).not.toContain('package.json');
  });

  it('leaves the install of the generator that composes it alone', async () => {
    class Team extends Generator {
      async initializing(): Promise<void> {
        await this.composeWith('dewar:app', { generatorOptions: { yes: true, name: 'Team App' } } as object);
      }
      writing(): void {
        this.packageJson.set('name', 'team');
      }
    }
    const cwd = join(top, 'team');
    const { log } = await yeoman({ namespace: 'team', cwd, others: { team: Team as typeof Generator } });
    expect(log).toContain('Changes to package.json were detected');
    expect(readFileSync(join(cwd, 'README.md'), 'utf8')).toContain('Team App');
  });

  it('refuses a bad option in one sentence without a stack trace', async () => {
    const run = yeoman({ namespace: 'dewar:app', cwd: top, options: { yes: true, python: '2.7' } });
    const error = await run.then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toContain('"2.7"');
    expect(error?.stack).not.toContain('\n    at ');
  });

  it('writes nothing through a link that leads out of the folder', async () => {
    mkdirSync(join(top, 'outside'));
    mkdirSync(join(top, 'acme'));
    symlinkSync(join(top, 'outside'), join(top, 'acme/src'), 'junction');
    await expect(yeoman({ namespace: 'dewar:app', cwd: join(top, 'acme'), options: { yes: true } })).rejects.toThrow(
      'src',
    );
    expect(treeOf(top)).toEqual({});
  });
});

/** The ids of the catalog, as the command lists them. */
function everyMitigation(): string {
  const { mitigations } = JSON.parse(command(['list', '--json'], top));
  return mitigations.map(({ id }: { id: string }) => id).join(',');
}
