import { entry, longEntry, setting } from '../../src/changes.ts';
import type { Answers, Change, PlanContext, Questions } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { packageName, packageProblem } from './names.ts';

/** The base app: a declaration of the same shape as a mitigation, which is always chosen. */
const app = { id: 'app', questions: questions(), plan };

export default app;

function* plan(context: PlanContext): Iterable<Change> {
  const { answers } = context;
  yield* overlay('app', context, (place) => skipped(place, context));
  yield* always;
  if (answers['examples'] === true) yield* withExamples;
}

const always: readonly Change[] = [
  longEntry('app.imports', 'app/slots/app.imports', 0),
  entry('commands.imports', 'from . import startup', 0),
  entry(
    'settings.imports',
    `from . import environment
from .base import Base`,
    0,
  ),
  longEntry('conftest.imports', 'app/slots/conftest.imports', 0),
  setting(['production', 'PREFERRED_URL_SCHEME'], '"https"', 'links built outside a request'),
  entry('account.imports', 'from . import users', 0),
  entry('api.imports', 'from typing import Any', 0),
];

const withExamples: readonly Change[] = [
  entry('app.imports', 'from . import examples', 20),
  entry(
    'examples.imports',
    `from . import account
from . import api`,
    10,
  ),
];

/** Files that these answers leave out. */
function skipped(place: string, { answers }: PlanContext): boolean {
  if (
    [
      'package/examples/__init__.py',
      'package/examples/users.py',
      'package/examples/account.py',
      'package/examples/api.py',
      'package/static/js/api.js',
      'package/templates/examples/api.html',
      'package/templates/examples/account.html',
      'package/templates/examples/sign_in.html',
      'tests/test_account.py',
      'tests/test_api.py',
    ].includes(place)
  )
    return !(answers['examples'] === true);
  if (['root/requirements/prod.txt', 'root/requirements/dev.txt'].includes(place)) return !(answers['deps'] === 'pip');
  return false;
}

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
      default: (answers: Answers) => `${String(answers['package']).replaceAll('_', '-')}.example.com`,
      validate: domainProblem,
    },
    python: {
      kind: 'choice',
      message: 'Oldest Python to support',
      help: 'Oldest Python version the app runs on.',
      choices: ['3.11', '3.12', '3.13', '3.14'].map((value) => ({ value, label: `Python ${value}` })),
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
  return /\p{Cc}/u.test(value)
    ? 'The name has a control character, such as a line break: use one line of text.'
    : undefined;
}

function domainProblem(value: string): string | undefined {
  const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
  const labels = value.split('.');
  if (value.length <= 253 && labels.length > 1 && labels.every((part) => label.test(part))) return undefined;
  return `"${value}" is no host name: write it in lower case without scheme, port or path, for example "portal.example.com".`;
}
