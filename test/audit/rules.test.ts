import { describe, expect, it } from 'vitest';
import { applies as csrfApplies, evidence as csrfEvidence } from '../../generators/csrf/evidence.ts';
import { rules as csrfRules } from '../../generators/csrf/rules.ts';
import { applies as sessionsApplies, evidence as sessionsEvidence } from '../../generators/sessions/evidence.ts';
import { rules as sessionsRules } from '../../generators/sessions/rules.ts';
import { type Audited, audit } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { judged as everyRow } from '../../src/commands/audit.ts';
import { readApp } from '../../src/flask/read.ts';
import { tree } from '../support/tree.ts';

const mitigations: Audited[] = [
  { id: 'sessions', title: 'Sessions', rules: sessionsRules, applies: sessionsApplies, evidence: sessionsEvidence },
  { id: 'csrf', title: 'CSRF', rules: csrfRules, applies: csrfApplies, evidence: csrfEvidence },
];

/** State, then each finding as `rule file:line`. */
async function judged(id: string, files: Record<string, string>): Promise<string[]> {
  const report = audit(await readApp(tree(files)), mitigations);
  const row = report.mitigations.find((each) => each.id === id);
  const found =
    row?.missing.map(({ rule, file, line }) => (file === undefined ? rule : `${rule} ${file}:${line}`)) ?? [];
  return [row?.state ?? '', ...found];
}

const app = (body: string, head = '') =>
  `from flask import Flask, session\n${head}\ndef create_app():\n    app = Flask(__name__)\n${body}    return app\n`;
const use = 'from flask import session\n\ndef view():\n    session["user"] = 1\n';
const wtf = 'from flask_wtf import CSRFProtect\ncsrf = CSRFProtect()\n';
const form = '<form method="post">\n</form>\n';

it('a row that is n-a says what was looked for', async () => {
  const facts = await readApp(tree({ 'app.py': app('') }));
  const rows = audit(facts, await everyRow(catalog)).mitigations.filter(({ state }) => state === 'n-a');
  expect(rows.length).toBeGreaterThan(3);
  for (const { id, reason } of rows) expect(reason, id).not.toBe('The app has nothing that this would protect.');
});

describe('csrf', () => {
  it('is n-a without cookies and forms', async () => {
    expect(await judged('csrf', { 'app.py': app('') })).toEqual(['n-a']);
  });

  it('is missing where nothing checks', async () => {
    const files = { 'app.py': app(''), 'views.py': use, 'templates/a.html': form };
    expect(await judged('csrf', files)).toEqual([
      'missing',
      'csrf/no-protection',
      'csrf/form-without-token templates/a.html:1',
    ]);
  });

  it('is missing where the protection never gets the app', async () => {
    expect(await judged('csrf', { 'app.py': app('', wtf) })).toEqual(['missing', 'csrf/not-initialised app.py:3']);
  });

  it('is implemented by CSRFProtect, and a form that would be refused is told', async () => {
    const files = { 'app.py': app('    csrf.init_app(app)\n', wtf), 'templates/a.html': form };
    expect(await judged('csrf', files)).toEqual(['implemented', 'csrf/form-refused templates/a.html:1']);
  });

  it('is partial where it is switched off, and not where only the tests do so', async () => {
    const off = '    app.config["WTF_CSRF_ENABLED"] = False\n    csrf.init_app(app)\n';
    expect(await judged('csrf', { 'app.py': app(off, wtf) })).toEqual(['partial', 'csrf/disabled app.py:7']);
    const tests = 'from app import create_app\napp = create_app()\napp.config["WTF_CSRF_ENABLED"] = False\n';
    const files = { 'app.py': app('    csrf.init_app(app)\n', wtf), 'tests/conftest.py': tests };
    expect(await judged('csrf', files)).toEqual(['implemented']);
  });

  it('is partial where only forms are checked', async () => {
    const files = {
      'app.py': app('', 'from flask_wtf import FlaskForm\nclass Login(FlaskForm):\n    pass\n'),
      'views.py':
        'from flask_login import login_required\nfrom app import bp\n@bp.post("/x")\n@login_required\ndef x(): pass\n',
    };
    expect(await judged('csrf', files)).toEqual(['partial', 'csrf/forms-only', 'csrf/forms-only views.py:3']);
  });

  it('is partial where a view of signed-in users is exempt', async () => {
    const views =
      'from flask_login import login_required\nfrom app import csrf, bp\n@bp.post("/x")\n@csrf.exempt\n@login_required\ndef x(): pass\n';
    const files = { 'app.py': app('    csrf.init_app(app)\n', wtf), 'views.py': views };
    expect(await judged('csrf', files)).toEqual(['partial', 'csrf/exempt-session-view views.py:3']);
  });

  it('is partial where it depends on a package being there', async () => {
    const head = 'from flask_wtf import CSRFProtect\ncsrf = CSRFProtect() if CSRFProtect else None\n';
    expect(await judged('csrf', { 'app.py': app('    csrf.init_app(app)\n', head) })).toEqual([
      'partial',
      'csrf/optional app.py:3',
    ]);
  });
});

describe('sessions', () => {
  it('are n-a where none are used, also when only imported', async () => {
    expect(await judged('sessions', { 'app.py': app('') })).toEqual(['n-a']);
  });

  it('are missing in the signed cookie, at each write', async () => {
    expect(await judged('sessions', { 'app.py': app(''), 'views.py': use })).toEqual([
      'missing',
      'sessions/cookie-sessions views.py:4',
    ]);
  });

  it('are implemented by Flask-Session', async () => {
    const files = { 'app.py': app('    Session(app)\n', 'from flask_session import Session\n'), 'views.py': use };
    expect(await judged('sessions', files)).toEqual(['implemented']);
  });

  it('are missing where SESSION_TYPE is set and nothing reads it', async () => {
    const files = { 'app.py': app('    app.config["SESSION_TYPE"] = "redis"\n'), 'views.py': use };
    expect(await judged('sessions', files)).toEqual([
      'missing',
      'sessions/not-initialised app.py:5',
      'sessions/cookie-sessions views.py:4',
    ]);
  });

  it('are told apart by what an own interface is derived from', async () => {
    const own = (base: string) => `from flask.sessions import ${base}\nclass Own(${base}):\n    pass\n`;
    const body = '    app.session_interface = Own()\n';
    expect(await judged('sessions', { 'app.py': app(body, own('SessionInterface')), 'views.py': use })).toEqual([
      'implemented',
    ]);
    const cookie = { 'app.py': app(body, own('SecureCookieSessionInterface')), 'views.py': use };
    expect((await judged('sessions', cookie))[0]).toBe('missing');
  });
});

describe('an audit', () => {
  it('of a folder without an app is a clear error', async () => {
    const facts = await readApp(tree({ 'a.py': 'print(1)\n' }));
    expect(() => audit(facts, mitigations)).toThrow('No Flask app was found below');
  });

  it('lowers no state by what stands in tests, docs and examples', async () => {
    const files = {
      'app.py': app(''),
      'tests/test_a.py': use,
      'docs/b.py': use,
      'examples/c.py': use,
      'docs/templates/x.html': form,
    };
    expect(await judged('sessions', files)).toEqual(['n-a']);
    expect(await judged('csrf', files)).toEqual(['n-a']);
  });
});
