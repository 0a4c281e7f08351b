import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { environment, run } from '../support/python.ts';
import { tree } from '../support/tree.ts';

const app = `from flask import Flask, session

app = Flask(__name__)


@app.post("/in")
def sign_in():
    session["user_id"] = 1
    return "in"
`;

it('keeps sessions in the database of the app, and in a file of their own where that is none for all processes', async () => {
  const root = tree({ 'app.py': app, 'requirements.txt': 'flask==3.1.3\n' });
  const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
  await addMitigations(catalog, { root, ids: ['sessions'], answers: { store: 'database' }, ...options });
  const python = join(
    environment(['flask==3.1.3', 'flask-session==0.8.0', 'msgspec==0.20.0', 'sqlalchemy==2.0.43']),
    'python',
  );
  const code = `
from app import app
from security.sessions import problems
from security.session_database import address
from sqlalchemy import make_url

print(*problems(app))
for given in ["postgresql://a:b@c/d", make_url("postgresql://a:b@c/d"), "sqlite:////var/d.sqlite", "sqlite:///d.sqlite", "sqlite://"]:
    app.config["SQLALCHEMY_DATABASE_URI"] = given
    print(address(app).replace(app.instance_path, "/instance"), *problems(app))
app.config["SESSION_DATABASE_URL"] = "sqlite:////var/sessions.sqlite"
print(address(app))
`;
  const env = { ...process.env, APP_ENV: 'production' };
  expect(run(python, ['-c', code], { cwd: root, env }).trim().split('\n')).toEqual([
    'SESSION_DATABASE_URL is missing: set it to the address of the database',
    'postgresql://a:b@c/d',
    'postgresql://a:b@c/d',
    'sqlite:////var/d.sqlite',
    'sqlite:////instance/sessions.sqlite3',
    'sqlite:////instance/sessions.sqlite3',
    'sqlite:////var/sessions.sqlite',
  ]);
}, 300_000);
