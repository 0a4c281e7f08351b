import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Definitions, Wiring } from '../../src/cli/wiring.ts';
import type { FileOutcome, FileState, NewRequest, Result } from '../../src/commands/result.ts';
import type { Mitigation, Question, Questions } from '../../src/mitigation.ts';

function mitigation(id: string, questions: Questions = {}, needs: readonly string[] = []): Mitigation {
  return {
    id,
    title: `Title of ${id}`,
    weaknesses: ['CWE-352'],
    asvs: ['3.5.1'],
    threats: [{ name: `threat of ${id}`, severity: 'high', prevented: 'It is prevented.' }],
    needs,
    questions,
    *plan() {
      yield { kind: 'package', name: `flask-${id}`, range: '>=1', group: 'runtime' };
    },
  };
}

const name: Question = {
  kind: 'text',
  message: 'What is the app called?',
  help: 'Name of the project.',
  hint: 'As people read it.',
  default: ({ directory }) => String(directory).replaceAll('-', ' '),
  validate: (value) =>
    value.includes('!') ? `${JSON.stringify(value)} has an exclamation mark: leave it out.` : undefined,
};
const packageName: Question = {
  kind: 'text',
  message: 'Python package',
  help: 'Import name.',
  default: (answers) => String(answers['name']).toLowerCase().replace(/\W+/g, '_'),
};
const proxy: Question = {
  kind: 'choice',
  message: 'Reverse proxy',
  help: 'What stands in front.',
  default: 'nginx',
  choices: [
    { value: 'nginx', label: 'Nginx' },
    { value: 'none', label: 'none' },
  ],
};
const domain: Question = {
  kind: 'text',
  message: 'Domain',
  help: 'Where the app is reached.',
  default: 'portal.example.com',
  when: ({ proxy: answer }) => answer === 'nginx',
};
const deployFiles: Question = {
  kind: 'many',
  message: 'Deployment files',
  help: 'What runs it.',
  default: ['systemd', 'docker'],
  choices: [
    { value: 'systemd', label: 'systemd' },
    { value: 'docker', label: 'Docker' },
  ],
};
const examples: Question = { kind: 'confirm', message: 'Example pages?', help: 'Pages to start from.', default: true };

export const definitions: Definitions = {
  catalog: [
    mitigation('sessions'),
    mitigation('csrf', {}, ['sessions']),
    mitigation('server', { proxy, domain, deployFiles }),
    mitigation('templating'),
  ],
  projectQuestions: { name, package: packageName, examples },
  presets: [
    { name: 'default', summary: 'everything', answers: {}, without: [] },
    { name: 'paas', summary: 'no proxy', answers: { proxy: 'none', deployFiles: [] }, without: ['templating'] },
  ],
};

/** Writes the answers and one file per defence. */
async function fakeNew(request: NewRequest): Promise<Result> {
  const { target, chosen, answers, dryRun } = request;
  const modules = chosen.map((id) => [`src/app/${id}.py`, `# ${id}\n`] as const);
  const contents = new Map([['answers.json', JSON.stringify(answers)], ...modules]);
  const files: FileOutcome[] = [];
  for (const [path, text] of contents) files.push({ path, state: await stateOf(request, path, text) });
  const written = !dryRun && files.every(({ state }) => state !== 'conflict');
  for (const { path } of written ? files.filter(({ state }) => state !== 'keep') : []) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), contents.get(path) ?? '');
  }
  return { root: target, written, files, byHand: [] };
}

async function stateOf({ target, onConflict, ask }: NewRequest, path: string, text: string): Promise<FileState> {
  const file = join(target, path);
  if (!existsSync(file)) return 'new';
  if (readFileSync(file, 'utf8') === text) return 'unchanged';
  const diff = `--- ${path}\n+++ ${path}\n@@ -1 +1 @@\n-mine\n+dewar\n`;
  const mode = onConflict === 'ask' ? await ask?.({ path, diff }) : onConflict;
  return mode === 'theirs' ? 'overwrite' : mode === 'keep' ? 'keep' : 'conflict';
}

const nothing: Result = { root: '/', written: true, files: [], byHand: [] };

export const fakeWiring: Wiring = {
  version: '1.2.3',
  definitions: () => definitions,
  commands: {
    new: fakeNew,
    add: async ({ ids }) => ({
      ...nothing,
      ids: ids === 'all' ? [] : ids,
      added: [],
      withheld: [],
      packages: [],
      environment: [],
      exempted: [],
      answers: {},
      recorded: {},
      audit: { before: {} },
      byHand: [{ kind: 'by-hand', what: 'Put the token into the form.', place: { file: 'a.html', line: 3, text: '' } }],
    }),
    undo: async () => nothing,
    update: async () => nothing,
    check: async ({ root }) => ({ text: `checked ${root}`, data: { available: true }, exit: 10 }),
    diff: async () => ({ text: '', data: { files: [] }, exit: 0 }),
    adopt: async () => ({ ...nothing, notes: ['recorded'] }),
    pack: async ({ action, subject = '' }) => ({ text: `${action} ${subject}`, data: {}, exit: 0 }),
    audit: async ({ root }) => ({ text: `audited ${root}`, data: { findings: [] }, exit: 11 }),
  },
};
