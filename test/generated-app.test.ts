import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fileOfDefaultApp, makeDefaultApp, message } from './support/default-app.ts';
import { lockedEnvironment } from './support/locked.ts';
import { run } from './support/python.ts';
import { browser, freePort, serve, tokenOf } from './support/server.ts';

let top: string;
let app: string;
beforeAll(async () => {
  top = await makeDefaultApp();
  app = join(top, 'app');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('the app of the default answers, installed from its own lock', () => {
  let env: NodeJS.ProcessEnv;
  beforeAll(() => {
    const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
    env = { PATH: `${programs}:${process.env['PATH']}`, PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1' };
  }, 600_000);

  it.each(ownChecks())('passes what its own CI runs: %s', { timeout: 300_000 }, (command) => {
    run('sh', ['-c', command], { cwd: app, env });
  });
});

describe('the two commands of its README', () => {
  it('install it and run it in development, without any service', { timeout: 600_000 }, async () => {
    const here = join(top, 'readme');
    cpSync(app, here, { recursive: true });
    const readme = readFileSync(join(here, 'README.md'), 'utf8');
    const [install = '', serving = ''] = [...readme.matchAll(/^```sh\n(.*?)\n```/gms)].map(([, block]) => block);
    const quiet = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    run('sh', ['-c', install], { cwd: here, env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' } });
    const port = await freePort();
    const command = `. .venv/bin/activate; exec env ${serving} --port ${port}`;
    const server = await serve(['sh', '-c', command], port, { cwd: here, env: quiet });
    try {
      const ask = browser(server.url);
      const page = await ask('/');
      expect(page.status).toBe(200);
      const body = (token: string) => new URLSearchParams({ ...message, csrf_token: token });
      expect((await ask('/', { method: 'POST', body: body('') })).status).toBe(400);
      const headers = { Referer: `${server.url}/` };
      const posted = await ask('/', { method: 'POST', headers, body: body(tokenOf(page.text)) });
      expect([posted.status, posted.headers.get('location')]).toEqual([303, '/sent']);
      expect(existsSync(join(here, 'instance'))).toBe(true);
    } finally {
      await server.stop();
    }
  });
});

/** The commands of its CI that need neither the network nor an installation. */
function ownChecks(): string[] {
  const workflow = parse(fileOfDefaultApp('.github/workflows/ci.yml')) as Workflow;
  const commands = ['debug-gate', 'checks'].flatMap(
    (job) => workflow.jobs[job]?.steps.flatMap((step) => step.run ?? []) ?? [],
  );
  return commands.filter((command) => !/^pip install/.test(command));
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}
