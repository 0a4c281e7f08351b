import { describe, expect, it } from 'vitest';
import type { Judged, Missing, Row } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { tree } from '../support/tree.ts';

interface Told {
  readonly apps: readonly Judged[];
  readonly state: (id: string) => string | undefined;
  readonly found: readonly Missing[];
  readonly text: string;
}

async function told(files: Readonly<Record<string, string>>, app?: string): Promise<Told> {
  const { data, text } = await auditProject(catalog, { root: tree(files), ...(app !== undefined && { app }) });
  const rows = data['mitigations'] as readonly Row[];
  return {
    apps: data['apps'] as readonly Judged[],
    state: (id) => rows.find((row) => row.id === id)?.state,
    found: rows.flatMap(({ missing }) => missing),
    text,
  };
}

const key = 'SECRET_KEY"] = "4d1f2a0b9c8e7d6f"\n';

describe('an app is found', () => {
  it.each([
    [
      'that a factory gives back as it is made',
      'from flask import Flask\ndef create_app():\n    return Flask(__name__)\n',
    ],
    ['in a wrapper', 'from flask import Flask\nfrom flask_socketio import SocketIO\nsio = SocketIO(Flask(__name__))\n'],
    ['under middleware', 'from flask import Flask\nfrom a.fix import ProxyFix\napp = ProxyFix(Flask(__name__))\n'],
    ['that is run as it is made', 'import flask\nflask.Flask(__name__).run(debug=True)\n'],
    ['of Eve', 'from eve import Eve\napp = Eve()\n'],
    ['of APIFlask', 'from apiflask.app import APIFlask\napp = APIFlask(__name__)\n'],
    ['inside one of Connexion', 'import connexion\napp = connexion.FlaskApp(__name__).app\n'],
  ])('%s', async (_, source) => {
    expect((await told({ 'app.py': source })).apps).toMatchObject([{ file: 'app.py' }]);
  });

  it('and debug mode where it is run without a name', async () => {
    const { state } = await told({ 'app.py': 'import flask\nflask.Flask(__name__).run(debug=True)\n' });
    expect(state('debug')).toBe('missing');
  });

  it.each([
    [
      'in an attribute',
      `class Server:\n    def __init__(self):\n        self.app = Flask(__name__)\n        self.app.config["${key}`,
    ],
    ['under another name', `cx = connexion.App(__name__)\napp = cx.app\napp.config["${key}`],
    [
      'where a script gets it of its factory',
      `def make():\n    app = Flask(__name__)\n    return app\nweb = make()\nweb.config["${key}`,
    ],
  ])('and its settings %s', async (_, body) => {
    const { found } = await told({ 'app.py': `import connexion\nfrom flask import Flask\n${body}` });
    expect(found.map(({ rule }) => rule)).toContain('secret-key/hardcoded');
  });

  it('and what its only caller gives the factory', async () => {
    const factory =
      'from flask import Flask\n\ndef create_app(debug=False):\n    app = Flask(__name__)\n    app.debug = debug\n    return app\n';
    const run = (debug: string): string => `from app import create_app\n\napp = create_app(${debug})\n`;
    expect((await told({ 'app.py': factory, 'run.py': run('debug=True') })).state('debug')).toBe('missing');
    expect((await told({ 'app.py': factory, 'run.py': run('') })).state('debug')).toBe('implemented');
  });
});

const shop = `from flask import Flask, session
from flask_session import Session
app = Flask(__name__)
Session(app)
@app.route("/")
def index():
    session["a"] = 1
    return "a"
`;
const till = shop.replace('Session(app)\n', '');
const two = {
  'shop/app.py': shop,
  'shop/requirements.txt': 'flask\ngunicorn\n',
  'till/app.py': till,
  'till/requirements.txt': 'flask\n',
};

describe('several apps of a repository', () => {
  it('are judged one by one, and a row is partial where only one of them has it', async () => {
    const { apps, state, text } = await told(two);
    expect(apps.map(({ file }) => file)).toEqual(['shop/app.py', 'till/app.py']);
    expect(state('sessions')).toBe('partial');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'The rows speak of 2 apps: shop/app.py (shop/app.py:3), till/app.py (till/app.py:3).',
    );
  });

  it('say of what is absent which of them lacks it', async () => {
    const { found } = await told(two);
    const lacking = found.filter(({ rule }) => rule === 'server/none').map(({ why }) => why);
    expect(lacking).toEqual(['till/app.py: Nothing installs or starts a production server.']);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
  });

  it('can be chosen by name', async () => {
    const named = { ...two, 'shop/shop.py': shop, 'till/till.py': till, 'shop/app.py': '', 'till/app.py': '' };
    expect((await told(named, 'shop:app')).state('sessions')).toBe('implemented');
    expect((await told(named, 'till:app')).state('sessions')).toBe('missing');
    await expect(told(named, 'bank:app')).rejects.toThrow('There is no app bank:app; there is shop:app, till:app.');
  });

  it('are one where a small one stands beside: its faults are told, its settings do not count', async () => {
    const wizard = `from flask import Flask\napp = Flask(__name__)\napp.config["DEBUG"] = True\n`;
    const { apps, state } = await told({ ...two, 'till/app.py': '', 'setup/app.py': wizard });
    expect(apps.map(({ file }) => file)).toEqual(['shop/app.py']);
    expect(state('debug')).toBe('implemented');
  });
});
