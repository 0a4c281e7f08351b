import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import type { Result } from '../../src/commands/result.ts';
import { environment, run } from '../support/python.ts';
import { tree } from '../support/tree.ts';

const add = (root: string, ...ids: string[]): Promise<Result> =>
  addMitigations(catalog, { root, ids, answers: {}, onConflict: 'fail', dryRun: false, diff: false });
let python: string;
beforeAll(() => {
  python = join(environment(['flask==3.1.3', 'flask-wtf==1.3.0', 'nh3==0.3.1']), 'python');
}, 300_000);

/** Runs statements against the app below a folder, which gets the client `c`. */
function check(root: string, code: string): string[] {
  const head = 'from app import app\nc = app.test_client()\n';
  const env = { ...process.env, APP_ENV: 'production' };
  return run(python, ['-c', head + code], { cwd: root, env })
    .trim()
    .split('\n');
}

const head = `import os
from flask import Flask, abort, redirect, render_template, request, send_file, session
from markupsafe import Markup

app = Flask(__name__)
app.secret_key = "a key that only this test uses"
HERE = os.path.dirname(os.path.abspath(__file__))
`;

describe('errors that are added to an app', () => {
  const app = `${head}

@app.route("/crash")
def crash():
    raise ValueError("a secret of the inside")


@app.route("/gone")
def gone():
    abort(410, "<b>It went</b>")


@app.errorhandler(404)
def missing(error):
    return "our own 404", 404
`;

  it('answer what the app has no handler for, as a page or as a problem, and never say what happened inside', async () => {
    const root = tree({ 'app.py': app });
    expect((await add(root, 'errors')).byHand).toEqual([]);
    const told = check(
      root,
      `
print(c.get("/none").text)
r = c.get("/crash"); print(r.status_code, "secret" in r.text, "Internal Server Error" in r.text)
r = c.get("/gone"); print(r.status_code, r.mimetype, "&lt;b&gt;It went" in r.text, "<title>410 Gone" in r.text)
r = c.post("/gone"); print(r.status_code, "GET" in r.headers["Allow"])
r = c.get("/gone", headers={"Accept": "application/json"}); print(r.mimetype, r.json["status"], r.json["detail"])
`,
    );
    expect(told).toEqual([
      'our own 404',
      '500 False True',
      '410 text/html True True',
      '405 True',
      'application/problem+json 410 <b>It went</b>',
    ]);
  });

  it('write an address into the log as one line, whatever is in it', async () => {
    const root = tree({ 'app.py': `${app}\n@app.route("/busy/<name>")\ndef busy(name):\n    abort(503)\n` });
    await add(root, 'errors');
    const code =
      'import io, logging\nheard = io.StringIO()\nlogging.getLogger().addHandler(logging.StreamHandler(heard))\n';
    const told = check(root, `${code}c.get("/busy/a%0aforged")\nprint(heard.getvalue())`);
    expect(told).toEqual(["answered '/busy/a\\nforged' with 503"]);
  });

  it('leave an app alone that answers every exception itself, wherever it says so', async () => {
    const root = tree({
      'app.py': `${app}\n\n@app.errorhandler(Exception)\ndef every(error):\n    return "ours", 500\n`,
    });
    await add(root, 'errors');
    expect(check(root, 'print(c.get("/gone").text, c.get("/crash").text)')).toEqual(['ours ours']);
  });
});

describe('files that are added to an app', () => {
  const app = `${head}

@app.route("/files/<path:name>")
def file(name):
    return send_file(os.path.join(HERE, "files", name))


@app.route("/notes")
def note():
    path = os.path.join(HERE, "files", request.args["name"])
    with open(path) as file:
        return file.read()


@app.post("/upload")
def upload():
    given = request.files["file"]
    given.save(os.path.join(HERE, "files", given.filename))
    return "saved"


@app.route("/any")
def anything():
    return send_file(request.args["path"])
`;

  it('keep names of requests in their folder, and leave what has no folder to a person', async () => {
    const root = tree({ 'app.py': app });
    mkdirSync(join(root, 'files'));
    writeFileSync(join(root, 'files/a.txt'), 'inside');
    const { byHand } = await add(root, 'files');
    expect(byHand.map(({ place }) => place?.text)).toEqual(['return send_file(request.args["path"])']);
    const told = check(
      root,
      `
from io import BytesIO
print(c.get("/files/a.txt").text, c.get("/notes?name=a.txt").text)
print(c.get("/files/..%2Fapp.py").status_code, c.get("/notes?name=../app.py").status_code)
print(c.get("/notes?name=/etc/passwd").status_code, app.config["MAX_CONTENT_LENGTH"])
print(c.post("/upload", data={"file": (BytesIO(b"x"), "b.txt")}).text)
print(c.post("/upload", data={"file": (BytesIO(b"x"), "../c.txt")}).status_code, os.path.exists("c.txt"))
`.replace('from io', 'import os\nfrom io'),
    );
    expect(told).toEqual(['inside inside', '404 404', '404 67108864', 'saved', '404 False']);
    expect((await add(root, 'files')).files).toEqual([]);
  });

  it.each([
    ['"files/" + request.args["name"]', 'files.safe_path("files", request.args["name"])'],
    ['"files/" + request.args["name"] + ".txt"', 'files.safe_path("files", request.args["name"] + ".txt")'],
    ['f"files/{name}"', 'files.safe_path("files", name)'],
    ["f'files/{name}.txt'", "files.safe_path('files', f'{name}.txt')"],
    ['"files/%s" % name', 'files.safe_path("files", name)'],
    ['"files/%s.txt" % name', 'files.safe_path("files", "%s.txt" % name)'],
    ['"files/{}.txt".format(name)', 'files.safe_path("files", "{}.txt".format(name))'],
    ['FOLDER / name', 'files.safe_path(FOLDER, name)'],
  ])('keep a name in its folder that is put together as %s', async (written, safe) => {
    const view = `\n@app.route("/get")\ndef get():\n    name = request.args["name"]\n    return send_file(${written})\n`;
    const root = tree({ 'app.py': `from pathlib import Path\n${head}FOLDER = Path(HERE) / "files"\n\n${view}` });
    mkdirSync(join(root, 'files'));
    for (const name of ['a', 'a.txt']) writeFileSync(join(root, 'files', name), 'inside');
    expect((await add(root, 'files')).byHand).toEqual([]);
    expect(readFileSync(join(root, 'app.py'), 'utf8')).toContain(`    return send_file(${safe})\n`);
    const told = check(
      root,
      'for name in ["a", "../app.py", "../app", "/etc/passwd"]:\n    print(c.get("/get", query_string={"name": name}).status_code)',
    );
    expect(told).toEqual(['200', '404', '404', '404']);
    expect((await add(root, 'files')).files).toEqual([]);
  });

  it.each(['"files" + name', 'f"{name}/a.txt"', 'f"fi{{les/{name}"', '"%s/a.txt" % name', 'Path(name) / "a.txt"'])(
    'leave %s to a person: the request names the folder, or none is told',
    async (written) => {
      const view = `\n@app.route("/get")\ndef get():\n    name = request.args["name"]\n    return send_file(${written})\n`;
      const root = tree({ 'app.py': `from pathlib import Path\n${head}${view}` });
      expect((await add(root, 'files')).byHand).toHaveLength(1);
      expect(readFileSync(join(root, 'app.py'), 'utf8')).toContain(`send_file(${written})`);
    },
  );

  it('are nothing in an app that has none', async () => {
    expect((await add(tree({ 'app.py': head }), 'files', 'templating')).files).toEqual([]);
  });
});

describe('templating that is added to an app', () => {
  const app = `${head}

@app.route("/")
def index():
    return render_template("index.html", bio=request.args["bio"])


@app.route("/hello/<name>")
def hello(name):
    return f"<h1>Hello, {name}!</h1>"


@app.route("/joined")
def joined():
    return "<h1>" + request.args["q"] + "</h1>"


@app.route("/markup")
def markup():
    return render_template("index.html", bio=Markup(request.args["bio"]))
`;

  it('sanitises and escapes what comes from a request', async () => {
    const root = tree({ 'app.py': app, 'templates/index.html': '<p>{{ bio | safe }}</p>\n' });
    const { byHand } = await add(root, 'templating');
    expect(byHand.filter(({ place }) => place)).toEqual([]);
    expect(readFileSync(join(root, 'templates/index.html'), 'utf8')).toBe('<p>{{ bio | sanitize }}</p>\n');
    const evil = '<script>alert(1)</script><b>ok</b>';
    const told = check(
      root,
      `
evil = "${evil}"
print(c.get("/", query_string={"bio": evil}).text, c.get("/markup", query_string={"bio": evil}).text)
print(c.get("/hello/<b>").text, c.get("/joined", query_string={"q": "<b>"}).text)
`,
    );
    expect(told).toEqual(['<p><b>ok</b></p> <p><b>ok</b></p>', '<h1>Hello, &lt;b&gt;!</h1> <h1>&lt;b&gt;</h1>']);
    expect((await add(root, 'templating')).files).toEqual([]);
  });
});

describe('a redirect to an address of the request', () => {
  it.each([
    ['next.startswith("/")', true],
    ['next.startswith("/") and not next.startswith("//")', false],
  ])('that was checked by %s is held to the site: %s', async (condition, held) => {
    const view = `\n@app.route("/on")\ndef on():\n    session["seen"] = 1\n    next = request.args["next"]\n    if ${condition}:\n        return redirect(next)\n    return "no"\n`;
    const root = tree({ 'app.py': head + view });
    await add(root, 'csrf');
    expect(readFileSync(join(root, 'app.py'), 'utf8').includes('local_address(next)')).toBe(held);
  });

  it('stays on the site', async () => {
    const app = `${head}

@app.route("/in", methods=["GET", "POST"])
def sign_in():
    session["user"] = 1
    return redirect(request.args.get("next") or "/home")
`;
    const root = tree({ 'app.py': app });
    await add(root, 'csrf');
    const told = check(
      root,
      String.raw`
for next in ["/a?b=1", "a", "", "https://example.org/", "//example.org", "/\\example.org", "/\t/example.org", "javascript:alert(1)", "http://localhost/x"]:
    print(c.get("/in", query_string={"next": next}).headers["Location"])
`,
    );
    expect(told).toEqual(['/a?b=1', 'a', '/home', '/', '/', '/', '/', '/', 'http://localhost/x']);
    expect((await add(root, 'csrf')).files).toEqual([]);
  });
});
