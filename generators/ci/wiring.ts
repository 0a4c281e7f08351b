import { entry } from '../../src/changes.ts';
import { readDependencyFiles } from '../../src/deploy/dependencies.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { requiredVariables } from '../../src/flask/required-variables.ts';
import { type WsgiTarget, wsgiTarget } from '../../src/flask/wsgi.ts';
import type { ByHand, Change, LogicalPlace, PlanContext, Wiring } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { platformOf } from '../../src/plan/platform.ts';
import { type Install, installOf } from './install.ts';

/** A gate for the app as it is, in a workflow of its own beside those that are there. */
const wiring: Wiring = function* (context) {
  const { app, answers, written } = context;
  const target = wsgiTarget(app);
  if (!target) return yield withheld;
  const service = String(answers['ci']);
  for (const file of overlay('ci', context)) if (isFor(service, file.place)) yield file;
  yield entry('gate.target', targetLines(target));
  yield* soundProduction(context);
  yield* service === 'gitlab' ? gitlab(app) : github(app);
  if (service === 'gitlab') yield* included(app, written);
  if (service === 'script') yield script;
  if (answers['folder'] !== '') yield* inFolder(service, String(answers['folder']));
};

export default wiring;

const withheld: ByHand = {
  kind: 'by-hand',
  what: 'Name the app for the gate: no module holds it, and its factory takes arguments. A module wsgi.py with app = create_app(...) does.',
  withholds: true,
};

const script: ByHand = {
  kind: 'by-hand',
  what: 'Run the gate in your pipeline, and let its exit status stop it.',
  snippet: 'python scripts/debug_gate.py',
};

/** What the other mitigations insist on, and what they refuse. */
function* soundProduction({ answers, chosen }: PlanContext): Iterable<Change> {
  const store = chosen.has('sessions') ? answers['store'] : undefined;
  if (store === 'redis') yield entry('gate.environment', '"REDIS_URL": "redis://127.0.0.1:6379/0",');
  if (store === 'database') yield entry('gate.environment', '"SESSION_DATABASE_URL": "sqlite://",');
  if (chosen.has('debug')) yield entry('gate.refusals', '"code:debug",\n"code:testing",');
}

/** Services read the pipeline of the repository only, which is not the app's to write. */
function* inFolder(service: string, folder: string): Iterable<ByHand> {
  if (service === 'github')
    yield {
      kind: 'by-hand',
      what: `Move .github/workflows/security.yml to the root of the repository: GitHub reads it nowhere else. Its commands run in ${folder} with these lines.`,
      snippet: `defaults:\n  run:\n    working-directory: ${folder}`,
    };
  if (service === 'gitlab')
    yield {
      kind: 'by-hand',
      what: 'Take the gate into the pipeline of the repository, and let its script begin in this folder.',
      snippet: `include:\n  - local: ${folder}/.gitlab/security.yml`,
    };
}

function isFor(service: string, place: LogicalPlace): boolean {
  if (place.startsWith('root/.github/')) return service === 'github';
  return !place.startsWith('root/.gitlab/') || service === 'gitlab';
}

function targetLines({ module, expression, folder }: WsgiTarget): string {
  return [
    `FOLDER = ${JSON.stringify(folder)}  # what the module is imported from`,
    `MODULE = ${JSON.stringify(module)}`,
    `EXPRESSION = ${JSON.stringify(expression)}`,
  ].join('\n');
}

function* github(app: AppFacts): Iterable<Change> {
  const { steps, run } = installs(app);
  const install = steps.map((step) => `- run: ${step}`);
  const site = `${run}python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'`;
  yield entry('ci.python', `python-version: "${pythonOf(app)}"`);
  yield entry('ci.environment', variables(app, 'env'));
  yield entry('ci.install', install.join('\n'));
  yield entry('ci.steps', [...install, `- run: ${run}python scripts/debug_gate.py`].join('\n'));
  yield entry('ci.audit', `- run: pipx run --spec pip-audit==2.10.1 pip-audit --path "$(${site})"`);
}

function* gitlab(app: AppFacts): Iterable<Change> {
  const { steps, run } = installs(app);
  yield entry('ci.image', `image: python:${pythonOf(app)}-slim-bookworm`);
  yield entry('ci.variables', variables(app, 'variables'));
  yield entry('ci.script', [...steps, `${run}python scripts/debug_gate.py`].map((step) => `- ${step}`).join('\n'));
}

function installs(app: AppFacts): Install {
  return installOf(app, readDependencyFiles(app.root, app.files, app.sites[0]?.file ?? ''));
}

/** The Python that the app names, else one that its Flask knows. */
function pythonOf(app: AppFacts): string {
  const platform = platformOf(app, readDependencyFiles(app.root, app.files, app.sites[0]?.file ?? ''));
  const { python } = platform;
  if (python && !python.atLeast) return python.version;
  const newer = Number(python?.version.split('.')[1] ?? 0) > 12 ? python?.version : undefined;
  return newer ?? (/^[01]\.|^2\.[0-2]\b/.test(platform.version('flask')?.version ?? '') ? '3.11' : '3.12');
}

/** Values for what the app insists on: the gate asks no server, so that any will do. */
function variables(app: AppFacts, key: string): string {
  const names = requiredVariables(app);
  if (names.length === 0) return '';
  const lines = names.map((name) => `  ${name}: "${valueFor(name)}"`);
  return [`# What the app insists on; no server is asked.`, `${key}:`, ...lines].join('\n');
}

function valueFor(name: string): string {
  if (/DATABASE|SQLALCHEMY|DB_UR[IL]/.test(name)) return 'sqlite://';
  if (/REDIS/.test(name)) return 'redis://127.0.0.1:6379/0';
  if (/UR[IL]$|HOST$/.test(name)) return 'http://localhost';
  return /PORT|COUNT|SIZE|SECONDS|MINUTES|DAYS|TIMEOUT|LIMIT/.test(name) ? '8000' : 'for-the-gate-only';
}

const include = '.gitlab/security.yml';

/** GitLab reads one file; the job is taken in at its end where it takes in nothing yet. */
function* included(app: AppFacts, written: ReadonlySet<string> | undefined): Iterable<Change | ByHand> {
  const source = app.source('.gitlab-ci.yml');
  const lines = `include:\n  - local: ${include}\n`;
  if (!source) {
    if (!written?.has('.gitlab-ci.yml'))
      yield {
        kind: 'by-hand',
        what: 'Take the gate into the pipeline: a file .gitlab-ci.yml with these lines.',
        snippet: lines,
      };
    return;
  }
  if (source.text.includes(include)) return;
  const { text, eol } = source;
  if (/^["']?include["']?\s*:/m.test(text) || /^---|^\.\.\./m.test(text.slice(1)))
    yield {
      kind: 'by-hand',
      place: { file: '.gitlab-ci.yml', line: 1, text: text.split('\n')[0]?.trim() ?? '' },
      what: 'Take the gate into the pipeline.',
      snippet: `  - local: ${include}`,
    };
  else
    yield {
      kind: 'splice',
      file: '.gitlab-ci.yml',
      start: text.length,
      expected: '',
      insert: `${text.endsWith('\n') ? '' : eol}${eol}${lines.replaceAll('\n', eol)}`,
      why: 'The gate runs in the pipeline.',
    };
}
