import { developmentPackage, entry, longEntry, runtimePackage, setting } from '../../src/changes.ts';
import type { Answers, Change, PlanContext, Questions } from '../../src/mitigation.ts';
import { type Conditional, overlay } from '../../src/plan/overlay.ts';
import { projectOf } from '../../src/plan/project.ts';
import { packageName, packageProblem } from './names.ts';

/** The base app: a declaration of the same shape as a mitigation, which is always chosen. */
const app = { id: 'app', questions: questions(), plan };

export default app;

/** Files that only some answers ask for. */
const conditional: Conditional = [
  [/\/examples\/|\/api\.js$|\/test_(account|api)\.py$/, ({ examples }) => examples === true],
];

function* plan(context: PlanContext): Iterable<Change> {
  const { answers, app } = context;
  // An app that exists has a base of its own.
  if (app) return;
  yield* overlay('app', context, conditional);
  yield* always;
  if (answers['examples'] === true) yield* withExamples;
}

const always: readonly Change[] = [
  runtimePackage('flask', '>=3.1.3,<3.2', {
    why: '3.1.1 fixed the order of SECRET_KEY_FALLBACKS, 3.1.3 a missing Vary: Cookie.',
  }),
  runtimePackage('limits', '>=5.8,<6'),
  runtimePackage('wtforms', '>=3.2,<4'),
  developmentPackage('flit_core', '>=3.11,<4'),
  developmentPackage('mypy', '>=1.18'),
  developmentPackage('pytest', '>=8.4'),
  developmentPackage('ruff', '>=0.13'),
  developmentPackage('types-WTForms', ''),
  longEntry('app.imports', 'app/slots/app.imports', 0),
  entry('commands.imports', 'from . import startup', 0),
  entry(
    'security.table',
    '| logs | forged lines, secrets in logs, attacks that nobody sees | `logs.py`, `log_format.py` | `../test_logs.py` |',
    130,
  ),
  entry(
    'security.table',
    '| rate limits | guessed passwords, floods of reports | `rate_limits.py`, `counters.py` | `../test_rate_limits.py` |',
    140,
  ),
  entry('settings.imports', 'from . import environment', 0),
  longEntry('conftest.imports', 'app/slots/conftest.imports', 0),
  setting(['production', 'PREFERRED_URL_SCHEME'], '"https"', 'links built outside a request'),
  entry('account.imports', 'from .. import rate_limits\nfrom ..logs import security_event', 0),
  entry('account.imports', 'from . import users', 20),
  entry('api.imports', 'from typing import Any', 0),
];

const withExamples: readonly Change[] = [
  runtimePackage('argon2-cffi', '>=25.1,<26'),
  entry('app.imports', 'from . import examples', 20),
  entry(
    'examples.imports',
    `from . import account
from . import api`,
    10,
  ),
];

function questions(): Questions {
  return {
    name: {
      kind: 'text',
      message: 'What is the app called?',
      help: 'Name of the project, as people read it.',
      default: (answers: Answers) => titleOf(String(answers['directory'] ?? 'my-app')),
      validate: nameProblem,
    },
    package: {
      kind: 'text',
      message: 'Python package',
      help: 'Import name of the package.',
      default: (answers: Answers) => packageName(String(answers['name'])),
      validate: packageProblem,
    },
    domain: {
      kind: 'text',
      message: 'Domain in production',
      help: 'Host name that production answers to.',
      default: (answers: Answers) => `${projectOf({ name: '', ...answers }).slug}.example.com`,
      validate: domainProblem,
    },
    python: {
      kind: 'choice',
      message: 'Oldest Python to support',
      help: 'Oldest Python version the app runs on.',
      choices: ['3.11', '3.12', '3.13', '3.14'].map((value) => ({ value, label: value })),
      default: '3.11',
    },
    deps: {
      kind: 'choice',
      message: 'Dependency tool',
      help: 'Tool that installs the locked dependencies.',
      choices: [
        { value: 'pip', label: 'pip, with hashes' },
        { value: 'uv', label: 'uv' },
      ],
      default: 'pip',
    },
    examples: {
      kind: 'confirm',
      message: 'Example pages (sign-in, JSON by fetch, files)?',
      help: 'Example pages: sign-in, a page that calls JSON by fetch, download and upload.',
      default: true,
    },
  };
}

function titleOf(directory: string): string {
  const words = directory.split(/[-_\s]+/).filter((word) => word !== '');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(' ') || 'My App';
}

function nameProblem(value: string): string | undefined {
  if (value.trim() === '') return 'The name is empty: give the app a name, for example "Acme Portal".';
  if ([...value].length > 80) return `The name has ${[...value].length} characters: use at most 80.`;
  return /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u.test(value)
    ? 'The name has an invisible character, such as a line break or a mark of direction: use one line of plain text.'
    : undefined;
}

function domainProblem(value: string): string | undefined {
  const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
  const labels = value.split('.');
  if (value.length > 80) return `The domain has ${value.length} characters: use at most 80.`;
  if (labels.length > 1 && labels.every((part) => label.test(part))) return undefined;
  return `"${value}" is no host name: write it in lower case without scheme, port or path, for example "portal.example.com".`;
}
