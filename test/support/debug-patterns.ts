/** One way to switch a debugging aid on, planted into an app that is sound. */
export interface Pattern {
  readonly title: string;
  /** The file it goes to, and what is put there. */
  readonly file: string;
  readonly text: string;
  /** Where in a file that exists: in front of this text; at its end without it. */
  readonly before?: string;
  /** What its finding shows of it. */
  readonly shown?: string;
  /** It also changes the app that create_app() returns, so that this must refuse to serve. */
  readonly executed?: true;
}

const factory = 'src/acme_portal/__init__.py';
const inFactory = (title: string, line: string): Pattern => ({
  title,
  file: factory,
  text: `    ${line.replaceAll('\n', '\n    ')}\n`,
  before: '    return app\n',
  executed: true,
});
const started = (title: string, lines: string): Pattern => {
  const text = `from werkzeug.serving import run_simple\n\nfrom . import create_app\n\napp = create_app()\n${lines}\n`;
  return { title, file: 'src/acme_portal/__main__.py', text };
};

/** The fifteen that no common tool finds all of. */
export const patterns: readonly Pattern[] = [
  started('app.run(debug=True)', 'app.run(debug=True)'),
  inFactory('app.debug = True', 'app.debug = True'),
  inFactory('app.config["DEBUG"] = True', 'app.config["DEBUG"] = True'),
  inFactory('app.config.update(DEBUG=True)', 'app.config.update(DEBUG=True)'),
  inFactory('app.config.from_mapping(DEBUG=True)', 'app.config.from_mapping(DEBUG=True)'),
  {
    title: 'DEBUG = True in a class of settings',
    file: 'src/acme_portal/settings/base.py',
    text: '    DEBUG = True\n',
  },
  started('app.run(**{"debug": True})', 'options = {"debug": True}\napp.run(**options)'),
  inFactory('os.environ["FLASK_DEBUG"] = "1"', 'import os\nos.environ["FLASK_DEBUG"] = "1"'),
  started('run_simple(use_debugger=True)', 'run_simple("127.0.0.1", 5000, app, use_debugger=True)'),
  inFactory(
    'DebuggedApplication',
    'from werkzeug.debug import DebuggedApplication\napp.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)',
  ),
  inFactory(
    'DebugToolbarExtension',
    'from flask_debugtoolbar import DebugToolbarExtension\nDebugToolbarExtension(app)',
  ),
  inFactory('an expression', 'import os\napp.debug = not os.environ.get("NO_DEBUG")'),
  inFactory('PROPAGATE_EXCEPTIONS', 'app.config["PROPAGATE_EXCEPTIONS"] = True'),
  inFactory('app.testing = True', 'app.testing = True'),
  inFactory('setattr(app, "debug", True)', 'setattr(app, "debug", True)'),
];

const file = (path: string, text: string): Pattern => {
  const shown =
    path.startsWith('.env.p') || path.endsWith('.py') ? '' : (text.trim().split('\n').at(-1) ?? '').slice(0, 12);
  return { title: `${path}: ${text.trim()}`, file: path, text, shown: shown.trim() };
};

/** The same in files that are no Python, and in other Python files. */
export const variants: readonly Pattern[] = [
  file('deploy/gunicorn.conf.py', 'reload = True\n'),
  file('deploy/gunicorn.conf.py', 'raw_env = ["FLASK_DEBUG=1"]\n'),
  file('deploy/nginx/snippets/site.conf', 'autoindex on;\n'),
  file('Dockerfile', 'ENV FLASK_DEBUG=1\n'),
  file('Dockerfile', 'ENV A=1 \\\n    FLASK_ENV=development\n'),
  file('Dockerfile', 'ENV APP_ENV=development\n'),
  file('Dockerfile', 'COPY .env /opt/\n'),
  file('Dockerfile', 'CMD ["flask", "--app", "acme_portal", "run", "--debug"]\n'),
  file('compose.yaml', 'x-ours:\n  environment:\n    FLASK_DEBUG: "1"\n'),
  file('compose.yaml', 'x-other:\n  environment: ["FLASK_DEBUG=1"]\n'),
  file('deploy/acme-portal.service', '[Service]\nEnvironment=FLASK_DEBUG=1\n'),
  file('deploy/kubernetes/debug.yaml', 'env:\n  - name: FLASK_DEBUG\n    value: "true"\n'),
  file('.github/workflows/deploy.yml', 'env:\n  FLASK_DEBUG: 1\n'),
  file('.env.production', 'SECRET_KEY=x\n'),
  file('.env.example', 'FLASK_DEBUG=1\n'),
  file('.flaskenv', 'FLASK_DEBUG=1\n'),
  file('Procfile', 'web: flask --app acme_portal run --reload\n'),
  file('scripts/serve.py', 'import pdb\n'),
  file('src/acme_portal/main/routes.py', '\n\ndef look() -> None:\n    breakpoint()\n'),
];

/** What looks like debugging and is not. */
export const harmless: readonly Pattern[] = [
  file('src/acme_portal/notes.py', '"""Never app.run(debug=True)."""\n# app.debug = True\nTEXT = "DEBUG = True"\n'),
  file('tests/test_debug_mode.py', 'from flask import Flask\n\napp = Flask("x")\napp.debug = True\n'),
  file('src/acme_portal/settings/development.py', '    DEBUG = True\n'),
  file('README.md', 'FLASK_DEBUG=1 flask run --debug\n'),
  file('docs/debugging.md', 'app.run(debug=True)\n'),
  file('Dockerfile', '# ENV FLASK_DEBUG=1\n'),
];
