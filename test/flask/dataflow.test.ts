import { describe, expect, it } from 'vitest';
import { readApp } from '../../src/flask/read.ts';
import { tree } from '../support/tree.ts';

const head = `import os
from io import BytesIO
from pathlib import Path
from flask import Flask, abort, render_template_string, request, send_file, send_from_directory, redirect
from markupsafe import Markup, escape
from werkzeug.utils import secure_filename
from werkzeug.security import safe_join
app = Flask("x")
ALLOWED = {"a"}
`;

/** Each flow as `sink` or `sink:guard`. */
async function flows(body: string, rule = '/<path:name>'): Promise<string[]> {
  const lines = body.split('\n').map((line) => `    ${line}`);
  const code = `${head}\n@app.route("${rule}")\ndef view(name=None):\n${lines.join('\n')}\n`;
  const found = (await readApp(tree({ 'app.py': code }))).flows;
  return found.map(({ sink, guard }) => (guard === undefined ? sink : `${sink}:${guard}`));
}

describe('request data reach', () => {
  it.each([
    ['open(request.args["f"])', ['open']],
    ['f = request.form.get("f")\npath = os.path.join("d", f)\nreturn send_file(path)', ['send-file']],
    ['return send_file(Path("d") / name)', ['send-file']],
    ['return send_file(f"d/{name}")', ['send-file']],
    ['return send_file("d/%s" % name)', ['send-file']],
    ['return send_file("d/{}".format(name))', ['send-file']],
    ['(Path("d") / name).read_text()', ['open']],
    ['os.remove(request.json["path"])', ['delete']],
    ['if x := request.args.get("f"):\n    open(x)', ['open']],
    ['a, b = request.args["a"], "b"\nopen(a)', ['open']],
    ['for part in request.args.getlist("f"):\n    open(part)', ['open']],
    ['return send_from_directory(name, "a")', ['directory']],
    ['upload = request.files["f"]\nupload.save("d/" + upload.filename)', ['save']],
    ['return render_template_string("a" + name)', ['template']],
    ['return Markup(name)', ['markup']],
    ['return "<b>" + name', ['html']],
    ['return f"<b>{request.args[\'q\']}</b>", 404', ['html']],
    ['return redirect(request.args["next"])', ['redirect']],
  ])('a sink: %s', async (body, expected) => {
    expect(await flows(body)).toEqual(expected);
  });

  it.each([
    ['open("a")'],
    ['return send_file(BytesIO(request.data))'],
    ['open("d/%d" % int(request.args["id"]))'],
    ['page = request.args.get("page", 1, type=int)\nopen(f"d/{page}")'],
    ['return {"name": name}'],
    ['if name == "x":\n    pass\nf = "fixed"\nopen(f)'],
    ['return render_template_string("{{ name }}")'],
    ['open(look_up(name))'],
  ])('no sink: %s', async (body) => {
    expect(await flows(body)).toEqual([]);
  });

  it('no file by a parameter that is a number', async () => {
    expect(await flows('open(f"d/{name}")', '/<int:name>')).toEqual([]);
    expect(await flows('open(f"d/{name}")', '/<uuid:name>')).toEqual([]);
  });
});

describe('a guard is', () => {
  it.each([
    ['return send_from_directory("d", name)', ['send-file:send_from_directory()']],
    [
      'path = safe_join("d", name)\nif path is None:\n    abort(404)\nreturn send_file(path)',
      ['send-file:safe_join()'],
    ],
    ['open("d/" + secure_filename(name))', ['open:secure_filename()']],
    ['open("d/" + os.path.basename(name))', ['open:basename()']],
    ['if name not in ALLOWED:\n    abort(404)\nopen("d/" + name)', ['open:a list of allowed values']],
    ['if name in ALLOWED:\n    open("d/" + name)', ['open:a list of allowed values']],
    ['if ".." in name:\n    return "no"\nopen("d/" + name)', ['open:a check for ".."']],
    [
      'path = os.path.realpath("d/" + name)\nif not path.startswith("/d/"):\n    abort(404)\nopen(path)',
      ['open:startswith()'],
    ],
    ['return "<b>" + escape(name)', ['html:escape()']],
  ])('%s', async (body, expected) => {
    expect(await flows(body)).toEqual(expected);
  });

  it.each([
    ['name = name.replace("../", "")\nopen("d/" + name)', ['open']],
    ['if not name.startswith("/"):\n    name = "/" + name\nopen(name)', ['open']],
    ['if name in ALLOWED:\n    pass\nopen("d/" + name)', ['open']],
  ])('not %s', async (body, expected) => {
    expect(await flows(body)).toEqual(expected);
  });
});

describe('a call deep', () => {
  it('the sink of a helper is found, and a check inside it counts', async () => {
    const helper = (body: string) => ({
      'app.py': `${head}from helpers import send\n@app.route("/<path:name>")\ndef view(name):\n    return send(name)\n`,
      'helpers.py': `from flask import send_file\n${body}`,
    });
    const bad = await readApp(tree(helper('def send(path):\n    return send_file("d/" + path)\n')));
    expect(bad.flows.map(({ file, line, guard }) => [file, line, guard])).toEqual([['helpers.py', 3, undefined]]);
    const good =
      'from werkzeug.security import safe_join\ndef find(path):\n    return safe_join("d", path)\ndef send(path):\n    return send_file(find(path))\n';
    expect((await readApp(tree(helper(good)))).flows.map(({ guard }) => guard)).toEqual(['safe_join()']);
  });

  it('tests and functions that refer to themselves are no trouble', async () => {
    const loop =
      'def f(x):\n    return f(x)\n\n@app.route("/<path:name>")\ndef view(name):\n    return open(f(name))\n';
    expect(
      (
        await readApp(
          tree({ 'app.py': head + loop, 'tests/test_a.py': `${head}\ndef test():\n    open(request.args["a"])\n` }),
        )
      ).flows,
    ).toEqual([]);
  });
});

describe('the arguments of a query of GraphQL reach', () => {
  const schema = (imports: string): string =>
    `${imports}\nfrom flask import Flask\napp = Flask("x")\nclass Upload:\n    def mutate(self, info, filename):\n        save(filename)\ndef save(name):\n    open("uploads/" + name, "w")\n`;

  it('a sink, one call deep', async () => {
    const { flows: found } = await readApp(tree({ 'app.py': schema('import graphene') }));
    expect(found).toMatchObject([{ sink: 'open', line: 8, what: 'the argument filename of a query' }]);
  });

  it('nothing where no library of GraphQL is used', async () => {
    expect((await readApp(tree({ 'app.py': schema('import shop') }))).flows).toEqual([]);
  });
});
