import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Settled, type Sources, settle, sourcesOf } from '../../src/cli/answers.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { questionsOf } from '../../src/cli/flags.ts';
import { equivalentCommand, quote } from '../../src/cli/shell.ts';
import { commandTable } from '../../src/cli/table.ts';
import { dewar } from '../support/capture.ts';
import { definitions } from '../support/fake-wiring.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dewar-answers-'));
});

async function plan(
  ...argv: string[]
): Promise<{ answers: Record<string, unknown>; mitigations: string[]; command: string }> {
  const { out, err } = await dewar(['new', 'my-app', '--dry-run', '--json', ...argv], { cwd });
  expect(err).toBe('');
  return JSON.parse(out);
}

describe('answers', () => {
  it('default to what follows from the folder and from earlier answers', async () => {
    expect((await plan('--yes')).answers).toMatchObject({ name: 'my app', package: 'my_app' });
    expect((await plan('--yes', '--name', 'Other')).answers).toMatchObject({ name: 'Other', package: 'other' });
  });

  it('come from flags before the file, the file before the preset, the preset before the default', async () => {
    writeFileSync(join(cwd, 'a.json'), JSON.stringify({ name: 'From file', proxy: 'nginx', preset: 'paas' }));
    const { answers, mitigations } = await plan('--yes', '--answers', 'a.json', '--name', 'From flag');
    expect(answers).toEqual({
      name: 'From flag',
      package: 'from_flag',
      examples: true,
      proxy: 'nginx',
      domain: 'portal.example.com',
      deployFiles: [],
    });
    expect(mitigations).toEqual(['sessions', 'csrf', 'server']);
  });

  it.each([
    ['a.json', '{"name": "Ten", "examples": false, "deployFiles": ["docker"], "without": ["templating"]}'],
    ['a.yaml', 'name: Ten\nexamples: no\ndeploy-files: [docker]\nwithout: templating\n'],
    ['a.yml', '\uFEFFname: Ten\nexamples: false\ndeploy-files:\n  - docker\nwithout: [templating]\n'],
    ['a.toml', 'name = "Ten"\nexamples = false\ndeploy-files = ["docker"]\nwithout = ["templating"]\n'],
  ])('are read from %s', async (file, text) => {
    writeFileSync(join(cwd, file), text);
    const { answers, mitigations } = await plan('--yes', '--answers', file);
    expect(answers).toMatchObject({ name: 'Ten', examples: false, deployFiles: ['docker'] });
    expect(mitigations).not.toContain('templating');
  });

  it('keep a version such as 3.10 as it is written in YAML', async () => {
    writeFileSync(join(cwd, 'a.yaml'), 'name: 3.10\n');
    expect((await plan('--yes', '--answers', 'a.yaml')).answers).toMatchObject({ name: '3.10' });
  });

  it('are taken from the record of a generated app', async () => {
    mkdirSync(join(cwd, '.dewar'));
    const record = { schema: 'dewar/project/1', dewar: '0.1.0', answers: { name: 'Old' }, mitigations: ['sessions'] };
    writeFileSync(join(cwd, '.dewar/project.json'), JSON.stringify(record));
    const { answers, mitigations } = await plan('--yes', '--answers', '.dewar/project.json');
    expect([answers['name'], mitigations]).toEqual(['Old', ['sessions']]);
  });

  it.each([
    ['a.json', '{"nmae": "x"}', 'Did you mean name?'],
    ['a.json', '{"proxy": "ngnix"}', 'Did you mean nginx?'],
    ['a.json', '{"name": 3.1}', 'Put it in quotes'],
    ['a.json', '{"examples": "maybe"}', 'neither yes nor no'],
    ['a.json', '{"with": ["crsf"]}', 'Did you mean csrf?'],
    ['a.json', '{"name": ', 'cannot be parsed'],
    ['a.json', '[]', 'no mapping'],
    ['a.json', '{"__proto__": {"name": "x"}}', 'no question called "__proto__"'],
    ['a.json', '{"deployFiles": [], "deploy-files": []}', 'answered twice'],
    ['a.toml', 'name = \n', 'cannot be parsed'],
    ['a.yaml', 'name: a\nname: b\n', 'cannot be parsed'],
    ['a.ini', '', 'name the file .json'],
  ])('from %s holding %j are refused with exit code 2', async (file, text, message) => {
    writeFileSync(join(cwd, file), text);
    const { exit, err } = await dewar(['new', 'x', '--yes', '--answers', file], { cwd });
    expect(err).toContain(message);
    expect(exit).toBe(2);
  });

  it('from a file that is not there are refused with exit code 2', async () => {
    const { exit, err } = await dewar(['new', 'x', '--yes', '--answers', 'none.json'], { cwd });
    expect([exit, err]).toEqual([2, expect.stringContaining('no such file')]);
  });

  it('that are missing without a terminal exit 2 and name their flags, those not asked for left out', async () => {
    const { exit, err, out } = await dewar(['new', 'x', '--proxy', 'none', '--name', 'X'], { cwd });
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('there is no terminal');
    expect(err).toContain('--package, --examples or --no-examples, --deploy-files.');
    expect(err).not.toContain('--domain');
  });

  it('of a preset that is named count as given', async () => {
    const { err } = await dewar(['new', 'x', '--preset', 'paas', '--no-input'], { cwd });
    expect(err).toContain('--no-input asks nothing');
    expect(err).not.toContain('--proxy');
  });

  it('that are complete need no --yes', async () => {
    const given = ['--name', 'X', '--package', 'x', '--examples', '--proxy', 'none', '--deploy-files', 'none'];
    expect((await plan(...given)).answers).toMatchObject({ proxy: 'none', deployFiles: [] });
  });
});

describe('the equivalent command', () => {
  it('names only what differs from the defaults, quoted for a shell', async () => {
    const { command } = await plan(
      '--yes',
      '--name',
      "Bob's App",
      '--package',
      'bob_s_app',
      '--proxy',
      'nginx',
      '--without',
      'templating',
    );
    expect(command).toBe("dewar new my-app --yes --without templating --name 'Bob'\\''s App'");
  });

  it('is quoted so that bash reads the very words', () => {
    const words = ["it's", '$(id)', '`id`', 'a b', '"', '\\', '!x', '~', '*', 'é', 'a\nb', '', "'", '#', 'k=v'];
    const read = execFileSync('bash', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], { encoding: 'utf8' });
    expect(read.split('\0').slice(0, -1)).toEqual(words);
  });

  it('gives the same answers and defences when it is parsed again', () => {
    const word = fc.stringMatching(/^[^\0]{1,12}$/);
    const given = fc.record(
      {
        name: word,
        package: word,
        examples: fc.boolean(),
        proxy: fc.constantFrom('nginx', 'none'),
        domain: word,
        deployFiles: fc.constantFrom([], ['systemd'], ['docker'], ['systemd', 'docker']),
      },
      { requiredKeys: [] },
    );
    const without = fc.constantFrom([], ['csrf'], ['csrf', 'sessions'], ['templating', 'server']);
    fc.assert(
      fc.property(given, without, fc.constantFrom(...definitions.presets), (answers, left, preset) => {
        const sources: Sources = {
          given: answers,
          preset,
          presetNamed: true,
          with: [],
          without: left,
          directory: 'app',
        };
        const settled = settle(definitions, sources);
        const command = equivalentCommand(definitions, { target: 'app', settled, sources, git: false, install: false });
        expect(again(command)).toEqual(settled);
      }),
    );
  });
});

function again(line: string): Settled {
  const command = commandTable(definitions).find(({ name }) => name === 'new');
  if (command === undefined) throw new Error('no command new');
  const invocation = parseArguments(words(line).slice(2), command, questionsOf(definitions));
  return settle(definitions, sourcesOf(invocation, undefined, { definitions, directory: 'app' }));
}

/** Splits as a POSIX shell does what only has single quotes and quoted single quotes. */
function words(line: string): string[] {
  return (line.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? []).map((word) =>
    word.replace(
      /'([^']*)'|\\(')/g,
      (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
    ),
  );
}
