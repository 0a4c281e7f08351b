import { describe, expect, it } from 'vitest';
import type { AppFacts } from '../../src/flask/facts.ts';
import { readApp } from '../../src/flask/read.ts';
import { switchedOff } from '../../src/flask/switches.ts';
import type { SpliceChange } from '../../src/mitigation.ts';
import { tree } from '../support/tree.ts';

/** The argument of `app.run(debug=...)` after the repair; `os` stands for the import. */
async function repaired(value: string, above = ''): Promise<string> {
  const text = `import os\nfrom flask import Flask\n${above}\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=${value})\n`;
  const app: AppFacts = await readApp(tree({ 'app.py': text }));
  const [run] = app.runs;
  if (!run?.debug) throw new Error('The call was not found.');
  const given = { app, file: run.file, scope: run.scope, tier: 'development', why: '' } as const;
  const after = [...switchedOff(run.debug, given)].reduceRight(applied, text);
  return after.replaceAll('@@0@@', 'os');
}

function applied(text: string, { start, expected, insert }: SpliceChange): string {
  expect(text.slice(start, start + expected.length)).toBe(expected);
  return text.slice(0, start) + insert + text.slice(start + expected.length);
}

const asked = 'os.environ.get("APP_ENV") == "development"';

describe('a switch that is on by itself', () => {
  it.each([
    ['True', asked],
    ['1', asked],
    ['os.environ.get("DEBUG", "1")', 'os.environ.get("DEBUG", "0")'],
    ['os.environ.get("DEBUG", True)', 'os.environ.get("DEBUG", False)'],
    ['os.getenv("DEBUG", "True") == "True"', 'os.getenv("DEBUG", "False") == "True"'],
    ['os.getenv("DEBUG", "true").lower() == "true"', 'os.getenv("DEBUG", "false").lower() == "true"'],
    ['bool(int(os.environ.get("DEBUG", 1)))', 'bool(int(os.environ.get("DEBUG", 0)))'],
    [
      'os.environ.get("FLASK_ENV", "development") == "development"',
      'os.environ.get("FLASK_ENV", "production") == "development"',
    ],
    ['os.environ.get("DEBUG") or True', `os.environ.get("DEBUG") or ${asked}`],
  ])('is turned off where it stands: %s', async (before, after) => {
    expect(await repaired(before)).toContain(`app.run(debug=${after})`);
  });

  it('is turned off where its name gets it', async () => {
    const after = await repaired('DEBUG', 'DEBUG = True\n');
    expect(after).toContain(`DEBUG = ${asked}\n`);
    expect(after).toContain('app.run(debug=DEBUG)');
  });

  it('is turned off where a factory is called with it', async () => {
    const text =
      'from flask import Flask\n\ndef create_app(debug=False):\n    app = Flask(__name__)\n    app.debug = debug\n    return app\n\napp = create_app(debug=True)\n';
    const app = await readApp(tree({ 'app.py': text }));
    const [fact] = app.settings.filter(({ key }) => key === 'DEBUG');
    if (!fact) throw new Error('The setting was not found.');
    const { value, file, scope } = fact;
    const after = [...switchedOff(value, { app, file, scope, tier: 'development', why: '' })].reduceRight(
      applied,
      text,
    );
    expect(after.replaceAll('@@0@@', 'os')).toContain(`create_app(debug=${asked})`);
  });

  it.each(['False', 'os.environ.get("DEBUG")', 'os.environ.get("DEBUG", "0") == "1"', 'app.config["X"]'])(
    'is left alone where it is not: %s',
    async (value) => {
      expect(await repaired(value)).toContain(`app.run(debug=${value})`);
    },
  );
});
