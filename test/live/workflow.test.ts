import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { newProject } from '../../src/commands/new.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { root } from '../support/imports.ts';
import { type Job, jobsOf, type Outcome, runJob } from '../support/pipeline.ts';
import { environment, run } from '../support/python.ts';

// What a pipeline does with a fresh app: each command is run, as it is written, in a clone of its repository.

const chosen = catalog.mitigations.map(({ id }) => id);
const timeout = 900_000;
let top: string;
let tools: string;

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-pipeline-'));
  tools = join(top, 'tools');
  mkdirSync(tools);
  const dewar = `#!/bin/sh\nexec "${join(root, 'node_modules/.bin/tsx')}" "${join(root, 'src/cli/bin.ts')}" "$@"\n`;
  writeFileSync(join(tools, 'dewar'), dewar);
  chmodSync(join(tools, 'dewar'), 0o755);
  // Not in the environment of the job: GitHub has an action that installs it.
  run('ln', ['-s', join(environment(['uv==0.13.9']), 'uv'), join(tools, 'uv')]);
}, 600_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

// No service of advisories and no npm registry can be had: what asks them must fail, and say so.
const nobody = 'http://127.0.0.1:9';
const offline = {
  HTTP_PROXY: nobody,
  HTTPS_PROXY: nobody,
  http_proxy: nobody,
  https_proxy: nobody,
  NO_PROXY: '',
  no_proxy: '',
};

const all = ['debug-gate', 'checks', 'dependencies', 'audit'];
describe.each([
  { ci: 'github', deps: 'pip', ran: all, suite: true },
  { ci: 'github', deps: 'uv', ran: ['debug-gate', 'checks', 'dependencies'], suite: false },
  { ci: 'gitlab', deps: 'pip', ran: all, suite: false },
  { ci: 'gitlab', deps: 'uv', ran: ['debug-gate'], suite: false },
])('the pipeline for $ci with $deps', ({ ci, deps, ran, suite }) => {
  let app: string;
  const jobs = new Map<string, Job>();
  beforeAll(async () => {
    app = await committedApp(join(top, `${ci}-${deps}`), { ci, deps });
    for (const job of jobsOf(app)) jobs.set(job.name, suite ? job : withoutTheSuite(job));
  }, timeout);

  it('has these jobs', () => {
    expect([...jobs.keys()]).toEqual(all);
  });

  it.each(ran.filter((name) => ['debug-gate', 'checks'].includes(name)))(
    'does every step of %s',
    { timeout },
    (name) => {
      const { failed, output } = pipelined(name);
      expect(failed, output).toBeUndefined();
    },
  );

  if (ran.includes('dependencies'))
    it('fails, and does not pass in silence, when no advisories can be had', { timeout }, () => {
      const { passed, failed, output } = pipelined('dependencies', (command) => command.includes('pip-audit'));
      expect(failed, output).toContain('pip-audit --strict');
      expect(passed.length).toBeGreaterThan(0);
      expect(output).toMatch(/ERROR|Error|could not/);
    });

  if (ran.includes('audit'))
    it('says what to do when the package of the weekly audit cannot be had', { timeout }, () => {
      const { failed, output } = pipelined('audit', () => true);
      expect(failed).toContain('npm install');
      expect(output).toMatch(/No registry gave generator-dewar@\d+\.\d+\.\d+\. Set NPM_CONFIG_REGISTRY/);
      expect(output).toContain('or delete this job');
    });

  if (ran.includes('audit'))
    it('audits the app, once the package is there', { timeout }, () => {
      const audit = jobs.get('audit') as Job;
      jobs.set('audited', { ...audit, commands: audit.commands.filter((command) => !command.includes('npm install')) });
      const { passed, failed, output } = pipelined('audited');
      expect(failed, output).toBeUndefined();
      expect(passed).toEqual(['dewar audit']);
    });

  function pipelined(name: string, isOffline: (command: string) => boolean = () => false): Outcome {
    const env = { PATH: `${tools}:${process.env['PATH']}`, NPM_CONFIG_PREFIX: join(top, 'npm') };
    const job = jobs.get(name) as Job;
    const commands = job.commands.map((command) => (isOffline(command) ? cutOff(command) : command));
    return runJob({ ...job, commands }, app, { folder: join(top, `${ci}-${deps}-${name}`), env });
  }
});

describe('the workflows', () => {
  it('pass zizmor, pedantic as it can be', { timeout }, async () => {
    const apps = [
      await committedApp(join(top, 'zizmor-pip'), {}),
      await committedApp(join(top, 'zizmor-uv'), { deps: 'uv' }),
    ];
    const files = [root, ...apps].map((each) => join(each, '.github/workflows/ci.yml'));
    const zizmor = join(environment(['zizmor==1.32.0']), 'zizmor');
    run(zizmor, ['--offline', '--pedantic', ...files, join(apps[0] ?? '', '.github/dependabot.yml')]);
  });
});

/** The same command where nothing but this machine can be reached. */
function cutOff(command: string): string {
  const lines = Object.entries({ ...offline, NPM_CONFIG_REGISTRY: nobody, NPM_CONFIG_FETCH_RETRIES: '0' });
  return `${lines.map(([name, value]) => `export ${name}='${value}'`).join('\n')}\n${command}`;
}

/** The app's own suite runs once, in the pipeline of the default answers; elsewhere it is only collected. */
function withoutTheSuite(job: Job): Job {
  return { ...job, commands: job.commands.map((command) => command.replace(/\bpytest$/, 'pytest --collect-only -q')) };
}

async function committedApp(target: string, answers: Record<string, string>): Promise<string> {
  const complete = completeAnswers(catalog, chosen, { name: 'Acme Portal', ...answers });
  await newProject(catalog, { target, answers: complete, chosen, onConflict: 'fail', dryRun: false, diff: false });
  const git = (...args: string[]): string =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: target });
  if (!existsSync(join(target, '.git'))) git('init', '--quiet');
  // `uv sync` of the README makes the lock, and git takes it in.
  if (answers['deps'] === 'uv') run(join(tools, 'uv'), ['lock', '--quiet'], { cwd: target });
  git('add', '--all');
  git('commit', '--quiet', '--message', 'The app as it was written');
  return target;
}
