import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { judged } from '../../src/commands/audit.ts';
import { newProject } from '../../src/commands/new.ts';
import { readApp } from '../../src/flask/read.ts';
import { completeAnswers } from '../../src/plan/answers.ts';

const ids = catalog.mitigations.map(({ id }) => id);
const top = mkdtempSync(join(tmpdir(), 'dewar-removals-'));
const whole = join(top, 'whole');

beforeAll(async () => {
  const answers = completeAnswers(catalog, ids, { name: 'Acme Portal', domain: 'portal.example.com' });
  await newProject(catalog, { target: whole, answers, chosen: ids, onConflict: 'fail', dryRun: false, diff: false });
}, 60_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

const app = 'src/acme_portal';
const settings = `${app}/settings`;
const sources = `${app}/security`;

/** A defence that is taken out of the app: a file, a text in it, and what replaces it. */
type Removal = readonly [id: string, what: string, file: string, edit: readonly [old: string, replacement: string]];

const injection = `def found() -> str:
    from flask import render_template_string

    return render_template_string("<p>" + request.args["name"])


def index() -> `;

const atEnd = '    startup.init_app(app)\n';
const checked = '    protect.init_app(app)\n';

const removals: readonly Removal[] = [
  [
    'ci',
    'no pipeline runs',
    '.github/workflows/ci.yml',
    ['on:\n  push:\n', 'on:\n  workflow_dispatch:\nnever:\n  push:\n'],
  ],
  ['config', 'settings stand in the code', `${app}/__init__.py`, ['    app.config.from_mapping(config)\n', '']],
  [
    'cookies',
    'the session cookie is sent over plain HTTP',
    `${settings}/production.py`,
    ['    SESSION_COOKIE_SECURE = True\n', ''],
  ],
  [
    'cookies',
    'it goes along with every request',
    `${settings}/base.py`,
    ['SESSION_COOKIE_SAMESITE = "Lax"', 'SESSION_COOKIE_SAMESITE = "None"'],
  ],
  ['csrf', 'the check never gets the app', `${sources}/csrf.py`, ['    protect.init_app(app)\n', '']],
  [
    'csrf',
    'the check is off',
    `${settings}/base.py`,
    ['    LOG_LEVEL = ', '    WTF_CSRF_ENABLED = False\n    LOG_LEVEL = '],
  ],
  ['debug', 'production runs in debug', `${settings}/production.py`, ['DEBUG = False', 'DEBUG = True']],
  ['debug', 'the image runs in debug', 'Dockerfile', ['CMD ["gunicorn"', 'ENV FLASK_DEBUG=1\nCMD ["gunicorn"']],
  ['errors', 'nothing answers errors', `${app}/__init__.py`, ['    errors.init_app(app)\n', '']],
  ['files', 'a path comes as it is', `${sources}/files.py`, ['safe_join(str(folder()), name)', 'str(folder()) + name']],
  ['headers', 'Talisman never gets the app', `${sources}/headers.py`, ['    talisman.init_app(', '    print(']],
  ['secret-key', 'the key is a constant', `${settings}/base.py`, ['env.secret("SECRET_KEY")', '"4d1f2a0b9c8e7d6f"']],
  [
    'server',
    'the development server serves',
    'Dockerfile',
    ['CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py"]', 'CMD ["flask", "run"]'],
  ],
  [
    'sessions',
    'the cookie holds the session',
    `${sources}/sessions.py`,
    ['    app.session_interface = ', '    interface = '],
  ],
  ['templating', 'a template is built from the request', `${app}/main/routes.py`, ['def index() -> ', injection]],
  [
    'secret-key',
    'production has a constant of its own',
    `${settings}/production.py`,
    ['    SESSION_COOKIE_SECURE = True\n', '    SESSION_COOKIE_SECURE = True\n    SECRET_KEY = "4d1f2a0b9c8e"\n'],
  ],
  [
    'secret-key',
    'a constant stands in for the key',
    `${settings}/base.py`,
    ['env.secret("SECRET_KEY")', 'env.text("SECRET_KEY", "dev")'],
  ],
  [
    'config',
    'development is what runs by default',
    `${settings}/tiers.py`,
    ['.strip() or "production"\n    return', '.strip() or "development"\n    return'],
  ],
  ['config', 'the image asks for development', 'Dockerfile', ['APP_ENV=production', 'APP_ENV=development']],
  [
    'csrf',
    'a blueprint is exempt',
    `${sources}/csrf.py`,
    [checked, `${checked}    from ..examples.account import blueprint\n    protect.exempt(blueprint)\n`],
  ],
  [
    'csrf',
    'an endpoint is exempt',
    `${sources}/csrf.py`,
    ['    "browser_reports":', '    "account.sign_in": "the app",\n    "browser_reports":'],
  ],
  [
    'csrf',
    'a link deletes',
    `${app}/examples/files.py`,
    ['@blueprint.post("/<name>/delete")', '@blueprint.get("/<name>/delete")'],
  ],
  [
    'templating',
    'nothing is escaped',
    `${app}/__init__.py`,
    [atEnd, `${atEnd}    app.select_jinja_autoescape = lambda name: False\n`],
  ],
];

describe('the audit of an app that dewar new wrote', () => {
  it.each(removals)('changes the row of %s alone where %s', { timeout: 60_000 }, async (...removal) => {
    const [id, , file, [old, replacement]] = removal;
    const copy = join(top, 'copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(whole, copy, { recursive: true });
    const text = readFileSync(join(copy, file), 'utf8');
    expect(text.split(old).length, `${old} stands once in ${file}`).toBe(2);
    writeFileSync(
      join(copy, file),
      text.replace(old, () => replacement),
    );
    const { mitigations } = audit(await readApp(copy), await judged(catalog));
    const changed = mitigations.filter(({ state }) => state !== 'implemented');
    expect(changed.map((row) => row.id)).toEqual([id]);
    expect(changed[0]?.missing).not.toEqual([]);
  });

  it('is asked of every mitigation', () => {
    expect([...new Set(removals.map(([id]) => id))].sort()).toEqual([...ids].sort());
  });
});
