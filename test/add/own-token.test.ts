import { expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { tree } from '../support/tree.ts';

const app = `from flask import Flask, render_template, session
from flask_wtf.csrf import generate_csrf

app = Flask(__name__)
app.config["SECRET_KEY"] = "a key that only this test uses"


@app.route("/", methods=["GET", "POST"])
def index():
    session["seen"] = True
    return render_template("index.html")
`;

it.each([
  ['app.jinja_env.globals["csrf_token"] = generate_csrf_token', true],
  ['app.jinja_env.globals.update(csrf_token=own)', true],
  ['@app.context_processor\ndef tokens():\n    return {"csrf_token": lambda: "stub"}', true],
  ['@app.context_processor\ndef tokens():\n    return dict(csrf_token=own)', true],
  ['@app.context_processor\ndef tokens():\n    return dict(csrf_token=generate_csrf())', false],
  ['app.jinja_env.globals["csrf_token"] = generate_csrf', false],
])('The check is withheld from an app whose templates get another token than its own: %s', async (line, isWithheld) => {
  const root = tree({
    'app.py': `${app}\n\n${line}\n`,
    'requirements.txt': 'flask\nflask-wtf\n',
    'templates/index.html': '<form method="post"></form>\n',
  });
  const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
  const added = await addMitigations(catalog, { root, ids: ['csrf'], ...options });
  const isSaid = added.byHand.some(({ what }) => what.startsWith('The app gives its templates a csrf_token'));
  expect(isSaid).toBe(isWithheld);
  expect(added.files.some(({ path }) => path === 'security/csrf.py')).toBe(!isWithheld);
});
