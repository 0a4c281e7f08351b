import { describe, expect, it } from 'vitest';
import { effectiveOutcomes } from '../../src/flask/effective.ts';
import { flag } from '../../src/flask/flags.ts';
import { readApp } from '../../src/flask/read.ts';
import { tree } from '../support/tree.ts';

/** The outcomes of SECRET_KEY, each as `kind` or `kind:value`. */
async function outcomes(value: string, more: Record<string, string> = {}): Promise<string[]> {
  const head = 'import os, secrets, uuid\nfrom pathlib import Path\nfrom flask import Flask\n';
  const app = await readApp(
    tree({ 'app.py': `${head}${more['head'] ?? ''}\napp = Flask("x")\napp.secret_key = ${value}\n`, ...more }),
  );
  return effectiveOutcomes(app, 'SECRET_KEY').outcomes.map((each) => {
    const told = each.kind === 'constant' ? each.value : each.kind === 'environment' ? each.variable : undefined;
    return told === undefined ? each.kind : `${each.kind}:${told}`;
  });
}

describe('a value can be', () => {
  it.each([
    ['"dev"', ['constant:dev']],
    ['os.environ["K"]', ['environment:K']],
    ['os.environ.get("K")', ['environment:K']],
    ['os.getenv("K", "dev")', ['environment:K', 'constant:dev']],
    ['os.environ.get("K") or "dev"', ['environment:K', 'constant:dev']],
    ['None or "" or "dev"', ['constant:dev']],
    ['"a" if os.name else "b"', ['constant:a', 'constant:b']],
    ['os.urandom(24)', ['random']],
    ['secrets.token_hex()', ['random']],
    ['str(uuid.uuid4())', ['random']],
    ['os.urandom(8).hex()', ['random']],
    ['Path("key").read_text().strip()', ['file']],
    ['open("key").read()', ['file']],
    ['made_elsewhere()', ['unknown']],
    ['"a" + "b"', ['constant:ab']],
  ])('%s', async (value, expected) => {
    expect(await outcomes(value)).toEqual(expected);
  });

  it('a constant of another module, and the environment through an own function', async () => {
    expect(await outcomes('keys.KEY', { head: 'import keys', 'keys.py': 'KEY = "dev"\n' })).toEqual(['constant:dev']);
    const env = 'import os\n\ndef text(name, default=None):\n    return os.environ.get(name, default)\n';
    expect(await outcomes('env.text("KEY", "dev")', { head: 'import env', 'env.py': env })).toEqual([
      'environment:KEY',
      'constant:dev',
    ]);
  });

  it('read by a library', async () => {
    const decouple = { head: 'from decouple import config' };
    expect(await outcomes('config("KEY", default="dev")', decouple)).toEqual(['environment:KEY', 'constant:dev']);
    const environs = { head: 'from environs import Env\nenv = Env()' };
    expect(await outcomes('env.str("KEY")', environs)).toEqual(['environment:KEY']);
  });

  it('an attribute of an object of an own settings class', async () => {
    const head =
      'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    key: str = "dev"\nsettings = Settings()';
    expect(await outcomes('settings.key', { head })).toEqual(['constant:dev']);
  });

  it('told even where definitions go in a circle', async () => {
    expect(await outcomes('A', { head: 'A = B\nB = A' })).toContain('unknown');
  });
});

describe('a switch is', () => {
  it.each([
    ['True', 'on', undefined],
    ['False', 'off', undefined],
    ['os.environ.get("X", "false").lower() == "true"', 'varies', false],
    ['os.environ.get("X", "1") in ("1", "true")', 'varies', true],
    ['bool(os.environ.get("X"))', 'varies', false],
    ['not os.environ.get("X", False)', 'varies', true],
    ['parse_bool(os.environ.get("X") or "true")', 'varies', true],
    ['whatever()', 'unknown', undefined],
  ])('%s: %s', async (value, is, preset) => {
    const app = await readApp(
      tree({ 'app.py': `import os\nfrom flask import Flask\napp = Flask("x")\napp.config["DEBUG"] = ${value}\n` }),
    );
    const found = flag(app, 'DEBUG');
    expect([found.is, found.preset]).toEqual([is, preset]);
  });

  it('unset where nothing says it', async () => {
    expect(flag(await readApp(tree({ 'app.py': 'from flask import Flask\napp = Flask("x")\n' })), 'DEBUG').is).toBe(
      'unset',
    );
  });
});
