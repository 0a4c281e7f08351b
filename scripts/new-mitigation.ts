import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageProblem } from '../generators/app/names.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The files of a mitigation that does nothing yet and keeps the contract, by path below the root. */
export function skeleton(id: string): Readonly<Record<string, string>> {
  const module = id.replaceAll('-', '_');
  return {
    [`generators/${id}/index.ts`]: entryOf(id),
    [`generators/${id}/mitigation.ts`]: declarationOf(id, module),
    [`generators/${id}/README.md`]: pageOf(id, module),
    [`templates/${id}/package/security/${module}.py`]: defenceOf(id),
    [`templates/${id}/tests/security/test_${module}.py`]: testOf(id),
  };
}

/** Why there can be no mitigation of this name; undefined when there can. */
export function nameProblem(id: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    return `"${id}" is no name of a mitigation: use lower-case words with "-" between them, such as rate-limit.`;
  if (existsSync(join(root, 'generators', id)) || existsSync(join(root, 'templates', id)))
    return `"${id}" is there already, in generators/ or templates/.`;
  return packageProblem(id.replaceAll('-', '_'));
}

function entryOf(id: string): string {
  return `import { generatorFor } from '../../src/yeoman/generator-for.ts';

export default generatorFor('${id}');
`;
}

function declarationOf(id: string, module: string): string {
  return `import { entry, register } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

// Everything below is an example: replace it.
const mitigation: Mitigation = {
  id: '${id}',
  title: 'One line that says what an app has with it',
  weaknesses: ['CWE-693'],
  asvs: ['15.1.1'],
  threats: [
    {
      name: 'What may happen',
      severity: 'medium',
      prevented: 'What the mitigation does against it, in one sentence.',
    },
  ],
  questions: {},
  plan,
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  yield* overlay('${id}', context);
  yield* always;
}

const always: readonly Change[] = [
  register('${module}', 90, ''),
  entry('security.table', '| ${id} | what may happen | \`security/${module}.py\` | \`test_${module}.py\` |', 130),
];
`;
}

function pageOf(id: string, module: string): string {
  return `# ${id}: one line that says what an app has with it

## Threat
- **What may happen (medium).** And how.

CWE-693; OWASP ASVS 5.0: 15.1.1.

## Changes
- \`security/${module}.py\`: what it does.
- \`tests/security/test_${module}.py\`.

## Questions
None.

## Rules
None yet: \`dewar audit\` does not judge this mitigation in this version.

## Check it
In the folder of the app, with its environment active; the package here is \`acme_portal\`.

\`\`\`sh
pytest tests/security/test_${module}.py
\`\`\`

## Limits
- What it does not do.
`;
}

function defenceOf(id: string): string {
  return `"""What this module does against which threat, in one sentence.

https://flask.palletsprojects.com/web-security/
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Switch the defence on."""
    app.extensions["${id}"] = True
`;
}

function testOf(id: string): string {
  return `"""What is prevented: each test fails when the defence is taken away."""

from flask import Flask


def test_the_defence_is_on(app: Flask) -> None:
    assert "${id}" in app.extensions
`;
}

function main(id = ''): void {
  const problem = nameProblem(id);
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 2;
    return;
  }
  for (const [path, text] of Object.entries(skeleton(id))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
  console.log(
    `Next: fill them in, add a row to the table of README.md, and run npx vitest run test/mitigations.test.ts`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2]);
