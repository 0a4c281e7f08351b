import { describe, expect, it } from 'vitest';
import { row } from '../support/audit-row.ts';

// What a careless commit does to an app, in ways that one line alone does not show.

const head = 'import os\nfrom flask import Flask, session\napp = Flask(__name__)\nsession["a"] = 1\n';

describe('a setting under a condition on the tier', () => {
  it.each([
    ['if app.debug:\n    ', []],
    ['if os.environ.get("APP_ENV") == "development":\n    ', []],
    ['if os.environ.get("APP_ENV") != "production":\n    ', []],
    ['if not app.config.get("SECRET_KEY") and os.environ["APP_ENV"] == "testing":\n    ', []],
    ['if os.environ.get("APP_ENV") == "production":\n    ', ['fallback app.py:7']],
    ['', ['hardcoded app.py:6']],
  ])('%j counts where it holds', async (condition, found) => {
    const code = `${head}app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]\n${condition}app.config["SECRET_KEY"] = "dev"\n`;
    expect((await row({ 'app.py': code }, 'secret-key')).found).toEqual([...found, 'no-rotation']);
  });
});

describe('a default', () => {
  it('of a look-up in settings that are read elsewhere takes the place of the key', async () => {
    const code = `${head}import shop\nsettings = shop.load()\napp.secret_key = settings.get("secret_key", "dev")\n`;
    expect((await row({ 'app.py': code }, 'secret-key')).found).toEqual(['fallback app.py:7', 'no-rotation']);
  });

  it('that is set after the value says nothing', async () => {
    const code = `${head}app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]\napp.config.setdefault("SECRET_KEY", "dev")\n`;
    expect((await row({ 'app.py': code }, 'secret-key')).found).toEqual(['no-rotation']);
  });
});

describe('a file of the deployment', () => {
  const wtf = `${head}from flask_wtf import CSRFProtect\nCSRFProtect(app)\n`;
  const read = `${wtf}app.config["WTF_CSRF_ENABLED"] = os.environ.get("WTF_CSRF_ENABLED", "true") == "true"\n`;

  it.each([
    ['that is read by name', read, { 'compose.yaml': compose('WTF_CSRF_ENABLED: "false"') }],
    [
      'that is read by its prefix',
      `${wtf}app.config.from_prefixed_env()\n`,
      { 'compose.yaml': compose('FLASK_WTF_CSRF_ENABLED: "false"') },
    ],
    [
      'that a start script exports',
      read,
      { Procfile: 'web: ./run.sh\n', 'run.sh': '#!/bin/sh\nexport WTF_CSRF_ENABLED=0\nexec gunicorn app:app\n' },
    ],
  ])('switches the check off by a variable %s', async (_, app, files) => {
    expect((await row({ 'app.py': app, ...files }, 'csrf')).found.join()).toMatch(
      /disabled (compose\.yaml:5|run\.sh:2)/,
    );
  });

  it('says nothing by the same word for another variable, which may mean the opposite', async () => {
    const app = `${wtf}app.config["WTF_CSRF_ENABLED"] = not os.environ.get("INSECURE")\n`;
    const { found } = await row({ 'app.py': app, 'compose.yaml': compose('INSECURE: "true"') }, 'csrf');
    expect(found).not.toContain('disabled compose.yaml:5');
  });

  it.each([
    ['flask==2.2.5\n', 'environment compose.yaml:5'],
    ['flask==3.1.0\n', 'flask-env compose.yaml:5'],
  ])('with FLASK_ENV=development and %j', async (requirements, found) => {
    const files = {
      'app.py': head,
      'requirements.txt': requirements,
      'compose.yaml': compose('FLASK_ENV: development'),
    };
    expect((await row(files, 'debug')).found).toEqual([found]);
  });

  it('asks for the class of development, in which debug is on', async () => {
    const config =
      'class Base:\n    A = 1\nclass DevConfig(Base):\n    DEBUG = True\nclass ProdConfig(Base):\n    DEBUG = False\n';
    const app = `${head}from config import DevConfig, ProdConfig\ntiers = {"dev": DevConfig, "prod": ProdConfig}\napp.config.from_object(tiers[os.environ["APP_ENV"]])\n`;
    const files = { 'app.py': app, 'config.py': config, 'compose.yaml': compose('APP_ENV: dev') };
    expect((await row(files, 'config')).found).toEqual(['deployed-development compose.yaml:5']);
    expect(await row(files, 'debug')).toEqual({ state: 'missing', found: ['default-on compose.yaml:5'] });
  });
});

function compose(variable: string): string {
  return `services:\n  web:\n    build: .\n    environment:\n      ${variable}\n`;
}

describe('a policy of Talisman', () => {
  const talisman = (options: string): string =>
    `${head}from flask_talisman import Talisman\nPOLICY = {\n    "default-src": "'self'",\n    "script-src": ["'self'", "'unsafe-inline'"],\n}\nTalisman(app${options})\n`;

  it.each([
    ['', []],
    [', content_security_policy=POLICY', ['open-policy app.py:8']],
    [', content_security_policy={"default-src": "*"}', ['open-policy app.py:10']],
    [', content_security_policy={"default-src": "\'self\'"}', []],
    [
      ', content_security_policy_report_only=True, content_security_policy_report_uri="/r"',
      ['no-csp', 'report-only app.py:10'],
    ],
  ])('%j is read', async (options, found) => {
    expect((await row({ 'app.py': talisman(options) }, 'headers')).found).toEqual(found);
  });
});

describe('a view that is exempt from the check', () => {
  const views = (more: string): string =>
    `from flask import Blueprint, session, request\nbp = Blueprint("shop", __name__)\n@bp.post("/pay")\ndef pay():\n${more}    return "paid"\n`;
  const app = `from flask import Flask\nfrom flask_wtf import CSRFProtect\nfrom views import bp\napp = Flask(__name__)\ncsrf = CSRFProtect(app)\ncsrf.exempt(bp)\napp.register_blueprint(bp)\n`;

  it.each([
    ['acts by the session', '    session["cart"] = []\n', ['exempt-session-view app.py:6']],
    ['acts by a token of the request', '    request.headers["Authorization"]\n    session["cart"] = []\n', []],
    ['acts for nobody', '    print("paid")\n', []],
  ])('and %s', async (_, body, found) => {
    expect((await row({ 'app.py': app, 'views.py': views(body) }, 'csrf')).found).toEqual(found);
  });
});

describe('a view that tells what went wrong', () => {
  const view = (body: string): string =>
    `${head}@app.errorhandler(404)\n@app.errorhandler(500)\ndef own(error):\n    return "sorry", 500\n@app.get("/")\ndef view():\n${body}`;

  it.each([
    [
      '    try:\n        a()\n    except Exception as e:\n        return {"error": str(e)}, 500\n',
      ['leak-in-view app.py:15'],
    ],
    [
      '    try:\n        a()\n    except:\n        if a:\n            return format_exc()\n',
      ['leak-in-view app.py:16'],
    ],
    ['    try:\n        a()\n    except ValueError as e:\n        return {"error": str(e)}, 400\n', []],
    ['    try:\n        a()\n    except Exception as e:\n        log(str(e))\n        return "sorry", 500\n', []],
    ['    try:\n        a()\n    except Exception as e:\n        pass\n    return str(b)\n', []],
  ])('is seen in %j', async (body, found) => {
    expect((await row({ 'app.py': `from traceback import format_exc\n${view(body)}` }, 'errors')).found).toEqual(found);
  });
});

describe('what answers every origin with cookies', () => {
  const cors = `${head}from flask_cors import CORS, cross_origin\n`;

  it.each([
    ['CORS(app, supports_credentials=True)\n', ['any-origin app.py:6']],
    ['CORS(app, supports_credentials=True, resources={"/api/*": {"origins": "*"}})\n', ['any-origin app.py:6']],
    ['CORS(app)\n', []],
    ['CORS(app, supports_credentials=True, origins=["https://a.example"])\n', []],
    ['app.config["CORS_ORIGINS"] = ["https://a.example"]\nCORS(app, supports_credentials=True)\n', []],
  ])('is seen in %j', async (code, found) => {
    const own = (await row({ 'app.py': cors + code }, 'headers')).found.filter((each) => each.startsWith('any-origin'));
    expect(own).toEqual(found);
  });
});

it('a sign-in elsewhere that comes back without a token is meant to', async () => {
  const app = `${head}from flask_wtf import CSRFProtect\ncsrf = CSRFProtect(app)\n@csrf.exempt\n@app.post("/saml/acs")\ndef back():\n    session["user"] = 1\n    return "in"\n`;
  expect((await row({ 'app.py': app }, 'csrf')).found).toEqual([]);
});
