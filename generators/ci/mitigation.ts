import { developmentPackage, entry } from '../../src/changes.ts';
import type { ByHand, Change, FileChange, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { type Conditional, overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'ci',
  title: 'A CI gate that production cannot run in debug',
  weaknesses: ['CWE-489', 'CWE-1104', 'CWE-1357'],
  asvs: ['15.2.1', '15.2.3'],
  threats: [
    {
      name: 'A debug switch is merged',
      severity: 'high',
      prevented: 'A blocking job reads the code and starts the production app with debug on: it must refuse.',
    },
    {
      name: 'A dependency with a known hole is deployed',
      severity: 'medium',
      prevented: 'pip-audit runs strictly on every push and each week.',
    },
    {
      name: 'A compromised action runs in the pipeline',
      severity: 'medium',
      prevented: 'Actions are pinned by commit hash and get the least permissions.',
    },
  ],
  questions: {
    ci: {
      kind: 'choice',
      message: 'Where does CI run?',
      help: 'Service that runs the checks.',
      choices: [
        { value: 'github', label: 'GitHub Actions' },
        { value: 'gitlab', label: 'GitLab CI' },
        { value: 'script', label: 'elsewhere: a plain script' },
      ],
      default: 'github',
    },
    folder: {
      kind: 'text',
      message: 'Folder of the app in its repository',
      help: 'Folder of the app inside a larger repository, such as services/portal; found by itself.',
      default: '',
      when: () => false,
      validate: folderProblem,
    },
  },
  plan,
  fitsAnyApp: true,
  completes: true,
};

export default mitigation;

/** Files that only some answers ask for. */
const conditional: Conditional = [
  [/^root\/\.github\//, ({ ci }) => ci === 'github'],
  // A larger repository has one such file for all that is in it.
  [/\/dependabot\.yml$/, ({ folder }) => folder === ''],
  [/^root\/\.gitlab-ci\.yml$/, ({ ci }) => ci === 'gitlab'],
];

function* plan(context: PlanContext): Iterable<Change | ByHand> {
  const { answers, app } = context;
  // An app that exists has checks and a shape of its own: see wiring.ts.
  if (app) return;
  const folder = String(answers['folder'] ?? '');
  for (const file of overlay('ci', context, conditional)) yield folder === '' ? file : inRepository(file);
  yield* always;
  if (folder !== '' && answers['ci'] === 'gitlab') yield includeByHand(folder);
}

/** Services read workflows at the root of the repository only, so an app inside a larger one has its own there. */
function inRepository(file: FileChange): FileChange {
  if (file.place !== 'root/.github/workflows/ci.yml') return file;
  return { ...file, place: 'repository/.github/workflows/__slug__.yml' };
}

/** The root's own pipeline is not Dewar's to write. */
function includeByHand(folder: string): ByHand {
  const what = `Include the pipeline of this app in the .gitlab-ci.yml of the repository.`;
  return { kind: 'by-hand', what, snippet: `include:\n  - local: /${folder}/.gitlab-ci.yml` };
}

function folderProblem(value: string): string | undefined {
  if (value === '' || /^[\w.-]+(\/[\w.-]+)*$/.test(value)) return undefined;
  return `"${value}" is no folder inside a repository: use letters, digits, ".", "_", "-" and "/", for example "services/portal".`;
}

const always: readonly Change[] = [
  developmentPackage('bandit', '>=1.8'),
  developmentPackage('pip-audit', '>=2.9'),
  entry(
    'readme.checks',
    `\`scripts/check\` runs all of these and the security checks of CI.
`,
    10,
  ),
  entry(
    'security.table',
    '| checks in CI | a change that switches one of these off unseen | `scripts/check` | `test_ci.py` |',
    70,
  ),
];
