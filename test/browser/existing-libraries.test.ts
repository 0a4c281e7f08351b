import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type HTTPRequest, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { programs } from '../support/browsers.ts';
import { environment } from '../support/python.ts';
import { freePort, type Server, serve } from '../support/server.ts';
import { lay } from '../support/snapshot.ts';

// Pages that a library writes, in apps with all that `add --all` gives them: they work as they did, under the policy.

const requirements = [
  'apiflask==3.1.2',
  'flasgger==0.9.7.1',
  'flask==3.1.3',
  'flask-admin==2.2.1',
  'flask-restx==1.3.2',
  'flask-session==0.8.0',
  'flask-sqlalchemy==3.1.1',
  'flask-talisman==1.1.0',
  'flask-wtf==1.3.0',
  'gunicorn==23.0.0',
  'msgspec==0.20.0',
  'nh3==0.3.2',
];
const folder = mkdtempSync(join(tmpdir(), 'dewar-libraries-'));
const bin = environment(requirements);
let browser: Browser;
beforeAll(async () => {
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder };
  browser = await launch({ executablePath: programs.chromium, headless: true, args: ['--no-sandbox'], env });
}, 300_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const administered = `import os

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///people.sqlite"
db = SQLAlchemy(app)


class Person(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
    born = db.Column(db.Date)


class People(ModelView):
    column_editable_list = ["name"]
    create_modal = True


admin = Admin(app, name="Club")
admin.add_view(People(Person, db.session))


@app.get("/")
def index():
    return "<p>Hello</p>"


with app.app_context():
    db.create_all()
    db.session.add(Person(name="ann"))
    db.session.commit()
`;
const restx = `from flask import Flask
from flask_restx import Api, Resource

app = Flask(__name__)
api = Api(app, doc="/doc/")


@api.route("/things")
class Things(Resource):
    def post(self):
        return ["a thing"], 201
`;
const apiflask = `from apiflask import APIFlask

app = APIFlask(__name__)
app.config["OPENAPI_VERSION"] = "3.0.3"


@app.post("/things")
def things():
    return {"a": "thing"}, 201
`;
const flasgger = `from flasgger import Swagger
from flask import Flask, jsonify

app = Flask(__name__)
swagger = Swagger(app)


@app.route("/things", methods=["POST"])
def things():
    """Add a thing.
    ---
    responses:
      201:
        description: the thing
    """
    return jsonify(["a thing"]), 201
`;

/** An app with all twelve, served as in production; gives what a browser makes of it. */
function served(code: string) {
  let server: Server;
  beforeAll(async () => {
    const cwd = mkdtempSync(join(folder, 'app-'));
    lay(cwd, { 'app.py': code, 'requirements.txt': 'flask==3.1.3\n' });
    const options = { onConflict: 'fail', dryRun: false, diff: false, answers: { store: 'filesystem' } } as const;
    await addMitigations(catalog, { ...options, root: cwd, ids: 'all' });
    const port = await freePort();
    const env = { ...process.env, SECRET_KEY: 'only-this-test-knows-the-key-0123456789', PYTHONDONTWRITEBYTECODE: '1' };
    server = await serve([join(bin, 'gunicorn'), '-b', `127.0.0.1:${port}`, 'app:app'], port, { cwd, env });
  }, 300_000);
  afterAll(async () => server?.stop());
  return async (path: string) => {
    const page = await browser.newPage();
    const wrong: string[] = [];
    page.on('console', (line) => {
      if (/Content Security Policy/.test(line.text())) wrong.push(line.text());
    });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.setRequestInterception(true);
    page.on('request', (request) => void (isOwn(request) ? request.continue() : request.respond(ofNetwork(request))));
    const answer = await page.goto(server.url.replace('127.0.0.1', 'localhost') + path);
    return { page, wrong, policy: answer?.headers()['content-security-policy'] ?? '' };
  };
}

function isOwn(request: HTTPRequest): boolean {
  return /^(http:\/\/localhost|data:|blob:)/.test(request.url());
}

/** What a host of libraries would send: a file of Swagger UI, from a package that brings its own. */
function ofNetwork(request: HTTPRequest) {
  const name = /\/(swagger-ui[\w-]*\.(js|css))$/.exec(request.url())?.[1];
  if (name === undefined) return { status: 404 };
  const static_ = join(bin, '../lib', pythonFolder(), 'site-packages/flasgger/ui3/static');
  return {
    status: 200,
    contentType: name.endsWith('.js') ? 'text/javascript' : 'text/css',
    body: readFileSync(join(static_, name)),
  };
}

function pythonFolder(): string {
  const config = readFileSync(join(bin, '../pyvenv.cfg'), 'utf8');
  return `python${/^version = (\d+\.\d+)/m.exec(config)?.[1]}`;
}

/** Clicks as a script does, as soon as the element is there. */
async function press(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
}

describe('the pages of Flask-Admin', () => {
  const visit = served(administered);

  it('edit in place, load a form into a window with its date picker, and delete on a click', async () => {
    const { page, wrong, policy } = await visit('/admin/person/');
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+';/);
    await page.click('a.editable');
    await page.locator('.editable-input input').fill('berta');
    await page.click('.editable-submit');
    await page.waitForFunction('document.querySelector("a.editable").textContent.trim() === "berta"');
    await press(page, 'a[data-target="#fa_modal_window"]');
    await page.waitForSelector('.modal.show #born', { visible: true });
    await page.waitForFunction('jQuery("#born").data("daterangepicker") !== undefined');
    await page.locator('.modal.show #name').fill('carl');
    await Promise.all([page.waitForNavigation(), press(page, '.modal.show input[type=submit]')]);
    expect(await page.$$('.model-list tbody tr')).toHaveLength(2);
    await Promise.all([page.waitForNavigation(), press(page, 'form.icon button')]);
    expect(await page.$$('.model-list tbody tr')).toHaveLength(1);
    expect(wrong).toEqual([]);
  });

  it('are the only ones whose policy is wider', async () => {
    const { policy } = await visit('/');
    expect(policy).not.toContain('unsafe-inline');
  });
});

describe.each([
  ['Flask-RESTX', restx, '/doc/'],
  ['APIFlask', apiflask, '/docs'],
  ['flasgger', flasgger, '/apidocs/'],
])('the pages of %s', (_, code, path) => {
  const visit = served(code);

  it('show the API and try it out', async () => {
    const { page, wrong } = await visit(path);
    await page.waitForSelector('.opblock-tag');
    if (!(await page.$('.opblock'))) await press(page, '.opblock-tag');
    await page.waitForSelector('.opblock-summary-post');
    await press(page, (await page.$('.opblock-summary-control')) ? '.opblock-summary-control' : '.opblock-summary');
    await press(page, '.try-out__btn');
    await press(page, '.execute');
    const status = await page.waitForSelector('.live-responses-table tbody .response-col_status');
    expect(await status?.evaluate((cell) => cell.textContent)).toMatch(/^201/);
    expect(wrong).toEqual([]);
  });
});
