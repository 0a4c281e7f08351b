import { describe, expect, it } from 'vitest';
import { chosenByDefault } from '../../src/flask/default-class.ts';
import { readApp } from '../../src/flask/read.ts';
import { tree } from '../support/tree.ts';

describe('settings that are handed to an app', () => {
  it('come from what an object of a class is given when it is made', async () => {
    const root = tree({
      'web/config.py':
        'import os\n\nclass Config:\n    PORT = 1\n    def __init__(self):\n        self.SECRET_KEY = os.urandom(32)\n        self.other = 1\n',
      'web/__init__.py':
        'from flask import Flask\nfrom .config import Config\n\nconfig = Config()\napp = Flask(__name__)\napp.config.from_object(config)\n',
    });
    const { settings } = await readApp(root);
    expect(settings.map(({ key, written }) => [key, written])).toEqual([
      ['PORT', '1'],
      ['SECRET_KEY', 'os.urandom(32)'],
    ]);
  });

  it('come from the mapping that a caller hands to the factory', async () => {
    const root = tree({
      'web/__init__.py':
        'from flask import Flask\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    if config:\n        app.config.update(config)\n    return app\n',
      'app.py': 'from web import create_app\napp = create_app({"SECRET_KEY": "secret"})\n',
      'tests/conftest.py': 'from web import create_app\napp = create_app({"SECRET_KEY": "test"})\n',
    });
    const { settings } = await readApp(root);
    expect(settings.map(({ file, key, written }) => [file, key, written])).toEqual([
      ['app.py', 'SECRET_KEY', '"secret"'],
    ]);
  });
});

it('The class of settings that is taken by default is found behind a function that looks it up', async () => {
  const root = tree({
    'config.py': `import os

class Development:
    DEBUG = True

class Production:
    DEBUG = False

config = {"development": Development, "production": Production}

def get_config():
    name = os.getenv("FLASK_ENV", "development")
    return config.get(name, config["development"])
`,
    'app.py':
      'from flask import Flask\nfrom config import get_config\n\napp = Flask(__name__)\napp.config.from_object(get_config())\n',
  });
  expect(chosenByDefault(await readApp(root)).map(({ name }) => name)).toEqual(['Development']);
});

it('The app of a folder is the one that Flask finds by itself where examples stand beside it', async () => {
  const routes = '@app.route("/a")\ndef a(): return ""\n@app.route("/b")\ndef b(): return ""\n';
  const root = tree({
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    'sessions.py': `from flask import Flask\napp = Flask(__name__)\n${routes}`,
  });
  expect((await readApp(root)).sites.map(({ file }) => file)).toEqual(['app.py', 'sessions.py']);
});

it('A name from outside means the same classes once another package reads settings of its own', async () => {
  const settings =
    'import flask\n\nclass Config:\n    KEY = 1\n\nclass DevConfig(Config):\n    DEBUG = 1\n\nclass ProdConfig(Config):\n    DEBUG = 2\n';
  const app = (line: string) =>
    `from flask import Flask\nfrom web import guard\n\ndef create_app(name):\n    app = Flask(__name__)\n    app.config.from_object(name)\n${line}    return app\n`;
  const own = 'class Own:\n    OWN = 1\n\ndef init_app(app):\n    app.config.from_object(Own)\n';
  const files = { 'web/settings.py': settings, 'web/guard.py': own };
  for (const line of ['', '    guard.init_app(app)\n']) {
    const { sources } = await readApp(tree({ ...files, 'web/__init__.py': app(line) }));
    expect(sources[0]).toMatchObject({
      kind: 'class',
      holders: ['web.settings.Config', 'web.settings.DevConfig', 'web.settings.ProdConfig'],
    });
  }
});
