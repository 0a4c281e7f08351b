import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { tree } from '../support/tree.ts';

const value = 'never-shown-K7-9f2c81';
const views = '\n\n@app.post("/in")\ndef sign_in():\n    session["user"] = 1\n    return "in"\n';
const app = (head: string, tail = '') =>
  `${head}from flask import Flask, session\n\napp = Flask(__name__)\n${tail}${views}`;
const parser = 'import configparser\n\nparser = configparser.ConfigParser()\nparser.read("config.ini")\n';

it.each([
  ['JSON', app('import json\n', 'app.config.from_file("config.json", load=json.load)'), 'config.json:3'],
  ['TOML', app('import tomllib\n', 'app.config.update(tomllib.load(open("config.toml", "rb")))'), 'config.toml:2'],
  ['YAML', app('import yaml\n', 'app.config.from_file("config.yml", load=yaml.safe_load)'), 'config.yml:2'],
  ['INI', app(parser, 'app.config["SECRET_KEY"] = parser["app"]["secret_key"]'), 'config.ini:2'],
  ['INI, asked for', app(parser, 'app.secret_key = parser.get("app", "secret_key")'), 'config.ini:2'],
])('a key in %s is left to a person, with its line and without its value', async (_, code, place) => {
  const root = tree({
    'app.py': code,
    'requirements.txt': 'flask==3.1.3\n',
    'config.json': `{\n  "DEBUG": false,\n  "SECRET_KEY": "${value}"\n}\n`,
    'config.toml': `# the app\nSECRET_KEY = "${value}"\n`,
    'config.yml': `DEBUG: false\nSECRET_KEY: ${value}\n`,
    'config.ini': `[app]\nsecret_key = ${value}\n`,
  });
  const told = await addMitigations(catalog, {
    ...{ root, ids: ['secret-key'], answers: {}, onConflict: 'fail', dryRun: false, diff: true },
  });
  expect(told.byHand.map((each) => `${each.place?.file}:${each.place?.line}`)).toEqual([place]);
  const { data } = await auditProject(catalog, { root });
  expect(JSON.stringify([told, data])).not.toContain(value);
  const read = code.split('\n').find((each) => each.startsWith('app.')) ?? '';
  expect(readFileSync(join(root, 'app.py'), 'utf8')).toContain(`${read}\n`);
  expect(readFileSync(join(root, place.replace(/:.*/, '')), 'utf8')).toContain(value);
});

it.each([
  ['settings.cfg', 'app.config.from_pyfile("settings.cfg")'],
  ['instance/config.py', 'app.config.from_pyfile("config.py", silent=True)'],
])('a key in %s gives way to the environment', async (file, read) => {
  const code = app('', read).replace('__name__)', '__name__, instance_relative_config=True)');
  const home = file.startsWith('instance') ? code : app('', read);
  const root = tree({ 'app.py': home, 'requirements.txt': 'flask==3.1.3\n', [file]: `SECRET_KEY = "${value}"\n` });
  const told = await addMitigations(catalog, {
    ...{ root, ids: ['secret-key'], answers: {}, onConflict: 'fail', dryRun: false, diff: true },
  });
  expect(told.byHand).toEqual([]);
  expect(readFileSync(join(root, file), 'utf8')).toBe('import os\n\nSECRET_KEY = os.environ.get("SECRET_KEY")\n');
  expect(JSON.stringify(told)).not.toContain(value);
});
