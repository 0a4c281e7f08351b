import { describe, expect, it } from 'vitest';
import { readApp } from '../../src/flask/read.ts';
import { tree } from '../support/tree.ts';

const app = 'from flask import Flask\napp = Flask("x")\n';

async function starts(files: Record<string, string>): Promise<string[]> {
  const facts = await readApp(tree({ 'app.py': `${app}if __name__ == "__main__":\n    app.run()\n`, ...files }));
  return facts.starts.map(
    ({ server, debug, role, file, line }) => `${server}${debug ? ' debug' : ''} ${role} ${file}:${line}`,
  );
}

describe('what starts the app', () => {
  it.each([
    ['FROM python\nCMD ["gunicorn", "app:app"]', ['gunicorn production Dockerfile:2']],
    ['FROM python\nENTRYPOINT ["python"]\nCMD ["app.py"]', ['flask production Dockerfile:2']],
    ['FROM python\nCMD flask run --debug', ['flask debug production Dockerfile:2']],
    ['FROM python\nCMD ["sh", "-c", "exec poetry run gunicorn app:app"]', ['gunicorn production Dockerfile:2']],
    [
      'FROM python AS dev\nCMD flask run\nFROM python\nCMD waitress-serve app:app',
      ['waitress-serve production Dockerfile:4'],
    ],
    ['FROM python AS base\nCMD uwsgi --ini a.ini\nFROM base', ['uwsgi production Dockerfile:2']],
    ['FROM python\nCMD python -m gunicorn app:app', ['gunicorn production Dockerfile:2']],
  ])('in an image: %s', async (dockerfile, expected) => {
    expect(await starts({ Dockerfile: dockerfile })).toEqual(expected);
  });

  it('stands in a script that the image runs', async () => {
    const files = {
      Dockerfile: 'FROM python\nENTRYPOINT ["./boot.sh"]',
      'boot.sh': '#!/bin/sh\nflask db upgrade\nexec gunicorn app:app\n',
    };
    expect(await starts(files)).toEqual(['gunicorn production boot.sh:3']);
  });

  it('stands in compose files, units, Procfiles, Supervisor and Kubernetes', async () => {
    const files = {
      'compose.yaml': 'services:\n  web:\n    command: gunicorn app:app\n',
      'docker-compose.dev.yml': 'services:\n  web:\n    command: flask run --debug\n',
      'web.service': '[Service]\nExecStart=/srv/venv/bin/gunicorn app:app\n',
      Procfile: 'web: gunicorn app:app\n',
      'deploy/supervisor.conf': '[program:web]\ncommand=/srv/bin/gunicorn app:app\n',
      'k8s/web.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          command: ["gunicorn", "app:app"]\n',
    };
    expect((await starts(files)).sort()).toEqual([
      'flask debug development docker-compose.dev.yml:3',
      'gunicorn production Procfile:1',
      'gunicorn production compose.yaml:3',
      'gunicorn production deploy/supervisor.conf:2',
      'gunicorn production k8s/web.yaml:8',
      'gunicorn production web.service:2',
    ]);
  });
});

describe('a call that serves the app', () => {
  it.each([
    ['app.run(debug=True)', 'flask'],
    ['create_app().run()', 'flask'],
    ['socketio.run(app, debug=True)', 'flask'],
    ['from waitress import serve\nserve(app)', 'waitress'],
    ['from gevent.pywsgi import WSGIServer\nWSGIServer(("", 80), app).serve_forever()', 'gevent'],
    ['from werkzeug.serving import run_simple\nrun_simple("localhost", 80, app, use_debugger=True)', 'flask'],
  ])('%s', async (line, server) => {
    const { runs } = await readApp(tree({ 'app.py': `${app}def create_app():\n    return app\n${line}\n` }));
    expect(runs.map((run) => run.server)).toEqual([server]);
  });

  it('is found in a module that only imports the app, and under a wrapper', async () => {
    const files = {
      'web.py': 'import connexion\nserved = connexion.App("x")\n',
      'main.py': 'from web import served\nif __name__ == "__main__":\n    served.run(debug=True)\n',
    };
    const { runs, sites } = await readApp(tree(files));
    expect(sites[0]).toMatchObject({ file: 'web.py', made: 'connexion.App' });
    expect(runs).toMatchObject([{ file: 'main.py', line: 3, main: true }]);
  });

  it('is not the run of something else', async () => {
    const { runs } = await readApp(tree({ 'app.py': `${app}import subprocess\nsubprocess.run(["a"])\nloop.run()\n` }));
    expect(runs).toEqual([]);
  });
});

describe('routes', () => {
  it('of classes have the verbs of their methods, and the parameters of their rule', async () => {
    const code = `from flask import Flask
from flask.views import MethodView
from flask_restful import Api, Resource
app = Flask("x")
api = Api(app)

class Item(MethodView):
    decorators = [login_required]
    def get(self, id): pass
    def delete(self, id): pass

class Thing(Resource):
    def post(self): pass

app.add_url_rule("/items/<int:id>", view_func=Item.as_view("item"))
api.add_resource(Thing, "/things", "/things/<path:name>")
`;
    const { routes } = await readApp(tree({ 'app.py': code }));
    expect(routes.map(({ rule, methods, params, decorators }) => [rule, methods, params, decorators])).toEqual([
      ['/items/<int:id>', ['GET', 'DELETE'], [{ name: 'id', converter: 'int' }], ['login_required']],
      ['/things', ['POST'], [], []],
      ['/things/<path:name>', ['POST'], [{ name: 'name', converter: 'path' }], []],
    ]);
  });
});

describe('error handlers', () => {
  it('are those of decorators, calls and loops, of the app or of a blueprint', async () => {
    const code = `from flask import Blueprint, Flask
app = Flask("x")
bp = Blueprint("b", __name__)

@app.errorhandler(404)
def a(e): pass

@bp.app_errorhandler(500)
def b(e): pass

@bp.errorhandler(403)
def c(e): pass

for code in (400, 405):
    app.register_error_handler(code, a)
`;
    const { handlers } = await readApp(tree({ 'app.py': code }));
    expect(handlers.map(({ handles, wide }) => [handles, wide])).toEqual([
      [404, true],
      [500, true],
      [403, false],
      [400, true],
      [405, true],
    ]);
  });
});

describe('headers', () => {
  it('count where a hook sees every response, by assignment, update, loop or a helper', async () => {
    const code = `from flask import Flask
app = Flask("x")
MORE = {"X-Frame-Options": "DENY"}

@app.after_request
def hook(response):
    response.headers["A"] = "1"
    response.headers.update({"B": "2"})
    for name, value in MORE.items():
        response.headers[name] = value
    return helper(response)

def helper(response):
    response.headers.setdefault("C", "3")
    return response

@app.get("/")
def view():
    response = app.make_response("")
    response.headers["D"] = "4"
    return response
`;
    const { headers } = await readApp(tree({ 'app.py': code }));
    const everywhere = headers.filter((each) => each.everywhere).map(({ name }) => name);
    expect(everywhere.sort()).toEqual(['a', 'b', 'c', 'x-frame-options']);
  });
});
