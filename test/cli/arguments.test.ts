import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { questionsOf } from '../../src/cli/flags.ts';
import { commandTable } from '../../src/cli/table.ts';
import type { Definitions } from '../../src/cli/wiring.ts';
import { dewar } from '../support/capture.ts';
import { definitions } from '../support/fake-wiring.ts';

function parse(...argv: string[]) {
  const command = commandTable(definitions).find(({ name }) => name === 'new');
  if (command === undefined) throw new Error('no command new');
  return parseArguments(argv, command, questionsOf(definitions));
}

describe('arguments', () => {
  it('take every question as a flag, in kebab-case', () => {
    const { answers, positionals } = parse(
      'portal',
      '--name',
      'My App',
      '--no-examples',
      '--proxy=none',
      '--deploy-files',
      'docker',
    );
    expect(positionals).toEqual(['portal']);
    expect(answers).toEqual({ name: 'My App', examples: false, proxy: 'none', deployFiles: ['docker'] });
  });

  it('put lists in the order of the catalog, whether given with commas or twice', () => {
    expect(parse('x', '--deploy-files', 'docker,systemd').answers).toEqual({ deployFiles: ['systemd', 'docker'] });
    expect(parse('x', '--deploy-files', 'docker', '--deploy-files', 'systemd').answers).toEqual({
      deployFiles: ['systemd', 'docker'],
    });
    expect(parse('x', '--deploy-files', 'none').answers).toEqual({ deployFiles: [] });
  });

  it('leave out what was not said, so that a file or a preset can say it', () => {
    expect(parse('x').options).toEqual({});
    expect(parse('x', '--no-git').options).toEqual({ git: false });
  });

  it('take what stands after -- as it is', () => {
    expect(parse('--yes', '--', '-x').positionals).toEqual(['-x']);
  });

  it.each([
    [['x', '--nmae', 'y'], 'Did you mean --name?'],
    [['x', '--no-exampels'], 'Did you mean --no-examples?'],
    [['x', '--proxy', 'ngnix'], 'Did you mean nginx?'],
    [['x', '--with', 'csrff'], 'Did you mean csrf?'],
    [['x', '--preset', 'pass'], 'Did you mean paas?'],
    [['x', '--name'], '--name needs a value'],
    [['x', '--deploy-files', ''], '--deploy-files needs a value: systemd, docker, none'],
    [['x', '--deploy-files', 'none,docker'], 'both nothing and something'],
    [['x', '--without', ' , '], '--without needs a value'],
    [['x', '--with', 'csrf,nosuch'], '"nosuch" is not one of'],
    [['x', '--name', '--yes'], '--name needs a value'],
    [['x', '--yes=no'], '--yes takes no value'],
    [['x', 'y'], 'takes one DIR, but got "x" and "y"'],
    [[], 'needs DIR'],
    [[''], 'DIR is empty'],
    [['x', '--proxy', 'nginx', '--without', 'server'], '--proxy belongs to server'],
    [['x', '--with', 'csrf', '--without', 'csrf'], 'contradict'],
    [['x', '--without', 'sessions'], 'csrf needs sessions'],
    [['x', '--name', 'Oh!'], 'has an exclamation mark'],
    [['x', '--on-conflict', 'ask'], 'nobody can be asked'],
  ])('refuse %j with exit code 2: %s', async (argv, message) => {
    const { exit, out, err } = await dewar(['new', '--dry-run', '--yes', ...argv]);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
    expect([exit, out]).toEqual([2, '']);
  });

  it.each([
    [['nwe'], 'Did you mean dewar new?'],
    [['explain', 'crsf'], 'Did you mean csrf?'],
    [['completion', 'bahs'], 'Did you mean bash?'],
    [['add', 'temp'], 'Did you mean templating?'],
    [['--json', 'list'], 'Flags come after it'],
    [['list', 'all'], 'takes no argument'],
  ])('refuse %j with exit code 2: %s', async (argv, message) => {
    const { exit, err } = await dewar(argv);
    expect(err).toContain(message);
    expect(exit).toBe(2);
  });

  it('report a bad flag as JSON where JSON was asked for', async () => {
    const { exit, out } = await dewar(['new', 'x', '--json', '--nmae']);
    expect(JSON.parse(out)).toMatchObject({ schema: 'dewar/error/1', exit: 2 });
    expect(exit).toBe(2);
  });

  it('refuse a catalog in which two questions share a flag', () => {
    const clash: Definitions = {
      ...definitions,
      projectQuestions: { dryRun: { kind: 'confirm', message: '', help: '', default: true } },
    };
    expect(() => commandTable(clash)).toThrow('--dry-run');
  });
});
