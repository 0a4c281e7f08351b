import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presets } from '../generators/app/presets.ts';
import { draw, pictures } from '../scripts/pictures.ts';
import { catalog } from '../src/catalog.ts';
import { Exit } from '../src/error.ts';
import { markedText, mergeLines } from '../src/update/merge.ts';
import { command, yeoman } from './support/hosts.ts';
import { root } from './support/imports.ts';
import { lockedEnvironment } from './support/locked.ts';
import { type Bench, type Block, bench, blocksOf, commandsOf, place, withoutCounts } from './support/samples.ts';
import { freePort, type Server, serve } from './support/server.ts';
import { sourceDistribution } from './support/source-distribution.ts';

// Every command that a page shows is run, or another test is named that does the same; output that is shown is compared.

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter(isPage)
    .map((name) => `docs/${name}`),
];
const mitigationPages = catalog.mitigations.map(({ id }) => `generators/${id}/README.md`);

/** The three versions of the line that the page about updates shows. */
const sample = { base: 'LOG_LEVEL=DEBUG', mine: 'LOG_LEVEL=WARNING', next: 'LOG_LEVEL=INFO' };

const tutorial = 'flask-3.1.3/examples/tutorial';
const tutorialTest = 'test/flaskr-hardened.test.ts';

/** Commands that other tests run, since they install from the network or are these tests themselves. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm ci && npm run build && node dist/dewar.js new ../acme-portal --yes': '.ci/run',
  'npm ci\nnpm test': '.ci/run',
  'npm test': '.ci/run',
  'npm run new-mitigation rate-limit': 'test/new-mitigation.test.ts',
  pytest: 'test/generated-app.test.ts',
  'pip download --no-deps --no-binary :all: flask==3.1.3 && tar -xzf flask-3.1.3.tar.gz': tutorialTest,
  [`cd ${tutorial} && pip install -e . && flask --app flaskr init-db
export REDIS_URL=redis://127.0.0.1:6379/0 SECRET_KEY=$(flask --app flaskr secret-key new)
gunicorn 'flaskr:create_app()'`]: tutorialTest,
};

/** An app that Dewar did not write, for the pages that need one. */
const shop = {
  'shop/requirements.txt': 'flask\n',
  'shop/app.py': `from flask import Flask, redirect, render_template, request, session

app = Flask(__name__)
app.config["SECRET_KEY"] = "development only"


@app.get("/")
def basket():
    return render_template("basket.html", items=session.get("items", []))


@app.post("/items")
def add_item():
    session["items"] = [*session.get("items", []), request.form["item"]]
    return redirect("/")
`,
  'shop/templates/basket.html': `<form method="post" action="/items">
  <input name="item">
  <button>Add</button>
</form>
`,
};

let first: Bench;
let generated: readonly string[];
beforeAll(() => {
  first = bench();
  command(['new', 'acme-portal', '--yes'], first.folder);
  generated = appCommands();
});
afterAll(() => first?.remove());

describe('README.md', () => {
  it('begins with two commands: one that writes an app, one that passes every test', () => {
    const [write, test] = commandsOf('README.md').map(({ text }) => text);
    const { scripts } = JSON.parse(read('package.json'));
    expect(write).toBe('npm ci && npm run build && node dist/dewar.js new ../acme-portal --yes');
    expect(test).toBe('npm test');
    // What .ci/run does from a clean clone: `npm ci`, then `npm test`, which builds first.
    expect(read('.ci/run')).toMatch(/^npm ci .*\n[\s\S]*^npm test /m);
    expect(scripts.test).toMatch(/^npm run build && npm run lint && vitest run$/);
    expect(existsSync(join(first.folder, 'acme-portal/pyproject.toml'))).toBe(true);
  });

  it('shows the two commands that the app itself names', () => {
    const shown = commandsOf('README.md').map(({ text }) => text);
    expect(shown.slice(2, 4)).toEqual(generated.slice(0, 2));
  });

  it('has a row for each mitigation, preset and exit code', () => {
    const text = read('README.md');
    const rows = [...text.matchAll(/^\| \[`([\w-]+)`\]\(generators\/([\w-]+)\/README\.md\)/gm)].map(([, id]) => id);
    expect(rows).toEqual(catalog.mitigations.map(({ id }) => id));
    for (const { name, summary } of presets) expect(text).toContain(`| \`${name}\` | ${summary} |`);
    const codes = [...text.matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(Exit));
  });

  it.each(pictures)('shows in $file what the command prints today', (picture) => {
    const drawn = (svg: string): string => withoutCounts(svg.replace(/<[^>]+>/g, '\n'));
    expect(drawn(read(picture.file)), 'run npm run pictures').toBe(drawn(draw(picture)));
  });
});

describe.skipIf(process.platform === 'win32').each(pages)('the commands of %s', (page) => {
  it('run, and print what is shown', { timeout: 120_000 }, async () => {
    const here = bench();
    try {
      place(here.folder, shop);
      if (page === 'README.md')
        cpSync(join(sourceDistribution('flask', '3.1.3'), 'examples/tutorial'), join(here.folder, tutorial), {
          recursive: true,
        });
      for (const block of blocksOf(page)) await perform(page, block, here);
    } finally {
      here.remove();
    }
  });
});

async function perform(page: string, block: Block, here: Bench): Promise<void> {
  const { language, text, file, output } = block;
  if (file !== undefined) place(here.folder, { [file]: `${text}\n` });
  if (language === 'js') await compose(text, join(here.folder, 'team'));
  if (language === 'diff') expect(markedText(mergeLines(sample))).toBe(text);
  if (language !== 'sh' || isProved(page, text)) return;
  if (text.startsWith('yo ')) return asYeoman(text, here.folder);
  const { exit, output: printed } = here.run(block);
  expect(exit, `${text}\n${printed}`).toBe(block.exit);
  if (output !== undefined) expect(withoutCounts(printed), text).toBe(withoutCounts(output));
}

/** True for commands that another test runs: those of the app by the tests of the app, the others by the table above. */
function isProved(page: string, text: string): boolean {
  if (page === 'docs/run-and-deploy.md' && /^(flask|APP_ENV|python)/.test(text)) return isOfApp(text);
  const proof = generated.includes(text) ? 'test/generated-app.test.ts' : elsewhere[text];
  if (proof === undefined) return false;
  expect(existsSync(join(root, proof)), `${proof}, which proves ${text}`).toBe(true);
  return true;
}

/** The app's own commands, and the check that the page of `config` shows and runs. */
function isOfApp(text: string): boolean {
  const shown = [...generated, ...commandsOf('generators/config/README.md').map((block) => block.text)];
  expect(shown).toContain(text);
  return true;
}

async function asYeoman(text: string, folder: string): Promise<void> {
  for (const line of text.split('\n')) {
    const [, name = '', ...args] = line.split(' ');
    const cwd = name === 'dewar' ? folder : join(folder, 'acme-portal');
    await yeoman({ namespace: name === 'dewar' ? 'dewar:app' : name, cwd, args, answers: {} });
    expect(existsSync(join(folder, 'acme-portal/.dewar/project.json')), line).toBe(true);
  }
  process.exitCode = 0;
}

/** Runs the sample of a generator that composes with ours; its file must lie where it finds Yeoman. */
async function compose(text: string, cwd: string): Promise<void> {
  const file = join(root, '.cache/composed.mjs');
  writeFileSync(file, text);
  const { default: Team } = await import(file);
  await yeoman({ namespace: 'team', cwd, others: { team: Team } });
  expect(readFileSync(join(cwd, 'README.md'), 'utf8')).toContain('Team App');
}

describe.skipIf(process.platform === 'win32')('a generated app', () => {
  let here: Bench;
  let server: Server;
  beforeAll(async () => {
    const app = join(first.folder, 'acme-portal');
    const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
    here = bench([programs], { PYTHONPATH: join(app, 'src'), PYTHONDONTWRITEBYTECODE: '1' });
    command(['new', '.', '--name', 'Acme Portal', '--package', 'acme_portal', '--yes'], here.folder);
    const port = await freePort();
    const env = { ...process.env, PYTHONPATH: join(app, 'src'), APP_ENV: 'development' };
    const flask = [join(programs, 'flask'), '--app', 'acme_portal', 'run', '--port', String(port)];
    server = await serve(flask, port, { cwd: app, env });
  }, 300_000);
  afterAll(async () => {
    await server?.stop();
    here?.remove();
  });

  it.each(mitigationPages)('is checked as %s says', { timeout: 120_000 }, (page) => {
    for (const block of commandsOf(page)) {
      const { exit, output } = here.run(block, (text) => onBench(text, server.url));
      expect(exit, `${block.text}\n${output}`).toBe(block.exit);
      if (block.output !== undefined) expect(output, block.text).toBe(block.output);
    }
  });
});

/** At the server of this test; the test files of the app are only looked for, since test/generated-app.test.ts runs them. */
function onBench(commands: string, url: string): string {
  return commands.replaceAll('http://127.0.0.1:5000', url).replace(/^pytest (.+)$/gm, 'ls $1 > /dev/null');
}

/** The commands of the generated app's README. */
function appCommands(): string[] {
  const text = readFileSync(join(first.folder, 'acme-portal/README.md'), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, code = '']) => code);
}

function isPage(name: string): boolean {
  return name.endsWith('.md');
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
