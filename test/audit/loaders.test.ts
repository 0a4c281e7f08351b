import { describe, expect, it } from 'vitest';
import { row } from '../support/audit-row.ts';

const head = 'import os\nfrom flask import Flask, session\napp = Flask(__name__)\nsession["a"] = 1\n';

/** The findings on the key, less the one on its rotation. */
async function key(app: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { state, found } = await row({ 'app.py': head + app, ...files }, 'secret-key');
  return [state, ...found.filter((each) => each !== 'no-rotation')];
}

describe("the key in Pydantic's settings", () => {
  const settings = (field: string): Record<string, string> => ({
    'settings.py': `from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    ${field}\nsettings = Settings()\n`,
  });

  it.each([
    ['app.secret_key = settings.secret_key', 'secret_key: str = "dev"', ['partial', 'fallback settings.py:3']],
    ['app.secret_key = settings.secret_key', 'secret_key: str', ['partial']],
    ['app.config.from_object(settings)', 'SECRET_KEY: str = "dev"', ['partial', 'fallback settings.py:3']],
    ['app.config.from_object(settings)', 'SECRET_KEY: str', ['partial']],
    [
      'app.config.from_mapping(settings.model_dump())',
      'SECRET_KEY: str = "dev"',
      ['partial', 'fallback settings.py:3'],
    ],
  ])('%s of %s', async (app, field, found) => {
    expect(await key(`from settings import settings\n${app}\n`, settings(field))).toEqual(found);
  });
});

describe('the key in a committed file of settings', () => {
  it.each([
    ['app.config.update(yaml.safe_load(open("shop.yml")))', 'shop.yml', 'SECRET_KEY: dev-key\n', 1],
    [
      'app.secret_key = yaml.safe_load(open("shop.yml"))["a"]["secret_key"]',
      'shop.yml',
      'a:\n  secret_key: dev-key\n',
      2,
    ],
    ['app.config.from_file("shop.json", load=json.load)', 'shop.json', '{"DEBUG": true, "SECRET_KEY": "dev-key"}\n', 1],
    [
      'parser = ConfigParser()\nparser.read("shop.ini")\napp.secret_key = parser.get("a", "b")',
      'shop.ini',
      '[a]\nsecret_key = x-y\n',
      2,
    ],
    [
      'from dynaconf import FlaskDynaconf\nFlaskDynaconf(app)',
      'settings.toml',
      '[default]\nsecret_key = "dev-key"\n',
      2,
    ],
  ])('%s', async (app, file, text) => {
    const found = await key(`${app}\n`, { [file]: text });
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^committed ${file}:[12]$`)));
  });

  it.each([
    ['a place for a value', { 'shop.yml': 'SECRET_KEY: <put it here>\n' }],
    ['the key of a store', { 'shop.yml': 's3:\n  access_key: a\n  secret_key: b-c\n' }],
    ['a file of another program', { 'other.yml': 'SECRET_KEY: dev-key\n' }],
    ['an example', { 'examples/shop.yml': 'SECRET_KEY: dev-key\n' }],
  ])('is not %s', async (_, files) => {
    const found = await key('app.config.update(yaml.safe_load(open("shop.yml")))\n', files);
    expect(found.join()).not.toContain('committed');
  });
});

it('a parser of INI files is asked for a key, and has no default', async () => {
  const app =
    'from configparser import ConfigParser\nparser = ConfigParser()\napp.secret_key = parser.get("flask", "key")\n';
  expect((await key(app)).join()).not.toContain('fallback');
});

it('Dynaconf may give the key', async () => {
  expect(await key('from dynaconf import FlaskDynaconf\nFlaskDynaconf(app)\n')).toEqual(['partial']);
});
