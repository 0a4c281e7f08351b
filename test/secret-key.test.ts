import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { filesOf } from './support/snapshot.ts';
import { tree } from './support/tree.ts';

const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: true, ids: ['secret-key'] } as const;
const factory = (line: string, above = ''): string =>
  `import os\nfrom flask import Flask, session\n${above}\n\ndef create_app():\n    app = Flask(__name__)\n    ${line}\n    return app\n`;

async function added(files: Record<string, string>, path = 'app.py') {
  const root = tree(files);
  const result = await addMitigations(catalog, { ...options, root });
  return { root, result, text: readFileSync(join(root, path), 'utf8') };
}

describe('a key that stands in the code', () => {
  it.each([
    ['app.secret_key = "s3cr3t-one"', 'app.secret_key = os.environ.get("SECRET_KEY")'],
    ["app.secret_key = b's3cr3t-one'", 'app.secret_key = os.environ.get("SECRET_KEY")'],
    ['app.secret_key = "s3cr3t-one".encode()', 'app.secret_key = os.environ.get("SECRET_KEY")'],
    ['app.secret_key = os.urandom(24)', 'app.secret_key = os.environ.get("SECRET_KEY")'],
    ['app.config.update(SECRET_KEY="s3cr3t-one")', 'app.config.update(SECRET_KEY=os.environ.get("SECRET_KEY"))'],
    ['app.secret_key = os.environ.get("APP_SECRET") or "s3cr3t-one"', 'app.secret_key = os.environ.get("APP_SECRET")'],
    ['app.secret_key = os.environ.get("APP_SECRET", "s3cr3t-one")', 'app.secret_key = os.environ.get("APP_SECRET")'],
    ['app.secret_key = os.getenv("A", default="s3cr3t-one")', 'app.secret_key = os.getenv("A")'],
    [
      'app.secret_key = os.environ["A"] if "A" in os.environ else "s3cr3t-one"',
      'app.secret_key = os.environ["A"] if "A" in os.environ else os.environ.get("SECRET_KEY")',
    ],
  ])('goes at its place: %s', async (before, expected) => {
    const { text, root, result } = await added({ 'app.py': factory(before) });
    expect(text).toContain(`    ${expected}\n`);
    expect(result.byHand).toEqual([]);
    expect(JSON.stringify([...Object.values(filesOf(root))])).not.toContain('s3cr3t-one');
    expect(JSON.stringify(result)).not.toContain('s3cr3t-one');
  });

  it('leaves text where a class reads its variables by itself', async () => {
    const settings = `import secrets
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    SECRET_KEY: str = secrets.token_hex(32)

settings = Settings()
`;
    const from = factory('app.config.from_object(settings)', 'from web import settings\n');
    const { text } = await added({ 'app.py': from, 'web.py': settings }, 'web.py');
    expect(text).toBe(settings.replace('secrets.token_hex(32)', '""'));
  });

  it('goes where its name gets it', async () => {
    const { text } = await added({ 'app.py': factory('app.secret_key = KEY', 'KEY = "s3cr3t-one"\n') });
    expect(text).toContain('KEY = os.environ.get("SECRET_KEY")\n');
    expect(text).toContain('    app.secret_key = KEY\n');
  });

  it('goes from committed files of the deployment', async () => {
    const { root, result } = await added({
      'app.py': factory('app.secret_key = os.environ["SECRET_KEY"]'),
      '.env': 'A=1\r\nSECRET_KEY="s3cr3t-one"\r\n',
      'compose.yaml': 'services:\n  web:\n    build: .\n    environment:\n      - SECRET_KEY=s3cr3t-one\n',
      Dockerfile: 'FROM python:3.12\nENV SECRET_KEY s3cr3t-one\nCMD gunicorn app:create_app\n',
    });
    expect(readFileSync(join(root, '.env'), 'utf8')).toBe('A=1\r\nSECRET_KEY=""\r\n');
    expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toContain(`- SECRET_KEY=\${SECRET_KEY}\n`);
    expect(JSON.stringify([...Object.values(filesOf(root))])).not.toContain('s3cr3t-one');
    expect(JSON.stringify(result)).not.toContain('s3cr3t-one');
  });

  it('is derived where it is another one, and left to a person where data would be lost', async () => {
    const lines = 'app.config["JWT_SECRET_KEY"] = "own"\n    app.config["SECURITY_PASSWORD_SALT"] = "grain"';
    const { text, root, result } = await added({ 'app.py': factory(lines) });
    expect(text).toContain('app.config["JWT_SECRET_KEY"] = os.environ.get("JWT_SECRET_KEY")\n');
    expect(text).toContain('app.config["SECURITY_PASSWORD_SALT"] = "grain"\n');
    expect(result.byHand).toMatchObject([
      { place: { file: 'app.py', line: 8, text: expect.not.stringContaining('grain') } },
    ]);
    const settings = readFileSync(join(root, 'security/settings.py'), 'utf8');
    expect(settings).toContain('SECRET_KEY_DERIVES = ("JWT_SECRET_KEY",)');
    expect((await addMitigations(catalog, { ...options, root })).files).toEqual([]);
  });
});
