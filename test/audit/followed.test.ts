import { describe, expect, it } from 'vitest';
import { row } from '../support/audit-row.ts';

// How real apps hand on what comes with a request.

const head = 'import os\nfrom flask import Flask, request, session\napp = Flask(__name__)\n';

describe('request data are followed', () => {
  it('into a function that is given the request itself', async () => {
    const views =
      'from flask import send_file\ndef picture(request):\n    return send_file("img/" + request.args["name"])\n';
    const app = `${head}from views import picture\n@app.get("/")\ndef view():\n    return picture(request)\n`;
    expect((await row({ 'app.py': app, 'views.py': views }, 'files')).found).toEqual(['unchecked-path views.py:3']);
  });

  it.each([
    ['<path:name>', 'name', ['unchecked-path app.py:6']],
    ['<name>', 'name.replace("/", "")', []],
    ['<name>', 're.sub("[^a-z0-9]+", "", name)', []],
    ['<uuid_str:name>', 'name', []],
    ['<dataset:name>', 'name', []],
  ])('of %s as %s', async (rule, used, found) => {
    const app = `import re\n${head}@app.get("/${rule}")\ndef view(name): return open("d/" + ${used})\n`;
    expect((await row({ 'app.py': app }, 'files')).found).toEqual(found);
  });

  it('not into the page of an API, which answers with JSON', async () => {
    const app = `${head}from flask_restx import Api, Resource\nclass Own(Resource):\n    pass\napi = Api(app)\n@api.route("/<name>")\nclass Shop(Own):\n    def get(self, name):\n        return "a" + name\n`;
    expect((await row({ 'app.py': app }, 'templating')).found).toEqual([]);
  });

  it.each([
    ['jinja2.sandbox.SandboxedEnvironment()', []],
    ['jinja2.Environment()', ['injection app.py:9']],
  ])('into a template of %s', async (made, found) => {
    const app = `import jinja2\n${head}def env():\n    return ${made}\ndef view():\n    jinja_env = env()\n    return jinja_env.from_string(request.form["t"]).render()\n`;
    expect((await row({ 'app.py': app }, 'templating')).found).toEqual(found);
  });

  it('into a template that shows them itself', async () => {
    const page = '{% autoescape false %}\n{{ request.args.get("q") }}\n{% endautoescape %}\n';
    expect(await row({ 'app.py': head, 'templates/a.html': page }, 'templating')).toEqual({
      state: 'missing',
      found: ['unsafe-output templates/a.html:2'],
    });
  });
});

describe('a path that a function is given', () => {
  const app = (check: string): string =>
    `${head}def load(path):\n    return open(path).read()\n@app.post("/")\ndef view():\n    name = request.form["name"]\n${check}    load(name)\n    return "a"\n`;

  it.each([
    ['after a check', '    check_access(name)\n', []],
    ['as it comes', '', ['unchecked-path app.py:5']],
    [
      'after a look at its ending',
      '    if not _validate_file(name):\n        return "b"\n',
      ['unchecked-path app.py:5'],
    ],
  ])('%s', async (_, check, found) => {
    expect((await row({ 'app.py': app(check) }, 'files')).found).toEqual(found);
  });
});
