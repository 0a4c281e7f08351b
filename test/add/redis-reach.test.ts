import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { environment, run } from '../support/python.ts';
import { tree } from '../support/tree.ts';

let python = '';
beforeAll(() => {
  python = join(environment(['flask==3.1.3', 'flask-session==0.8.0', 'msgspec==0.20.0', 'redis==7.0.1']), 'python');
}, 300_000);

const app = `import os
from flask import Flask, session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY")


@app.get("/")
def index():
    session["seen"] = True
    return "ok"
`;

/** What the app refuses to serve for, with a Redis at that address. */
async function refusals(url: string, compose?: string, hosts?: string): Promise<string[]> {
  const root = tree({
    'app.py': app,
    'requirements.txt': 'flask==3.1.3\n',
    ...(compose && { 'compose.yaml': compose }),
  });
  const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
  await addMitigations(catalog, { root, ids: ['sessions'], ...options });
  const code = `import os
os.environ.update(APP_ENV="production", REDIS_URL=${JSON.stringify(url)}${hosts === undefined ? '' : `, REDIS_PRIVATE_HOSTS="${hosts}"`})
from app import app
from security import sessions
print("\\n".join(sessions.problems(app)))`;
  return run(python, ['-c', code], { cwd: root }).trim().split('\n').filter(Boolean);
}

const compose = 'services:\n  web:\n    build: .\n  cache:\n    image: redis:7\n  db:\n    image: postgres:17\n';

it('A Redis of another host is refused without TLS, and the refusal names the ways out', async () => {
  expect(await refusals('redis://cache:6379/0')).toEqual([
    'REDIS_URL sends sessions in plain text to another host: use rediss:// or unix://, or name it in REDIS_PRIVATE_HOSTS if nobody else is on the network to it',
  ]);
  expect(await refusals('redis://cache:6379/0', undefined, 'cache, other')).toEqual([]);
});

it('A Redis beside the app in its own compose file needs no TLS, and another one does', async () => {
  expect(await refusals('redis://:pass@cache:6379/0', compose)).toEqual([]);
  expect(await refusals('redis://db:6379/0', compose)).toHaveLength(1);
  expect(await refusals('redis://cache:6379/0', compose, '')).toEqual([]);
  expect(await refusals('rediss://cache:6379/0?ssl_cert_reqs=none', compose)).toHaveLength(1);
});
