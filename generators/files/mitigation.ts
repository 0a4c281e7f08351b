import { entry, longEntry, register, setting } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { type Conditional, overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'files',
  title: 'Safe downloads and uploads',
  weaknesses: ['CWE-22', 'CWE-59', 'CWE-73', 'CWE-434', 'CWE-79'],
  asvs: ['5.2.1', '5.2.2', '5.3.2', '5.4.1', '5.4.2'],
  threats: [
    {
      name: 'Path traversal',
      severity: 'high',
      prevented: 'Names are joined safely and resolved; links, hidden files and other folders are refused.',
    },
    {
      name: "Stored script served from the app's origin",
      severity: 'high',
      prevented: 'Downloads are attachments of allowed types, with nosniff and a sandbox policy.',
    },
    {
      name: 'Malicious upload',
      severity: 'medium',
      prevented: 'Uploads get generated names, and their content must match an allowed type and size.',
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: 'always',
};

export default mitigation;

/** Files that only some answers ask for. */
const conditional: Conditional = [[/\/examples\//, ({ examples }) => examples === true]];

function* plan(context: PlanContext): Iterable<Change> {
  // An app that exists has folders and types of its own: its wiring mends what it does with them.
  if (context.app) return;
  const { answers } = context;
  yield* overlay('files', context, conditional);
  yield* always;
  if (answers['examples'] === true) yield* withExamples;
}

const always: readonly Change[] = [
  longEntry('deployment.sections', 'files/slots/deployment.sections', 20),
  entry(
    'env.example',
    `
# Largest upload, and all uploads together, in bytes.
UPLOAD_MAX_BYTES=10485760
UPLOAD_QUOTA_BYTES=536870912`,
    70,
  ),
  setting(
    ['base', 'UPLOAD_MAX_BYTES'],
    { variable: 'UPLOAD_MAX_BYTES', type: 'number', arguments: '10 * 1024 * 1024' },
    'one request with files',
  ),
  setting(
    ['base', 'UPLOAD_QUOTA_BYTES'],
    { variable: 'UPLOAD_QUOTA_BYTES', type: 'number', arguments: '512 * 1024 * 1024' },
    'all files together',
  ),
  register('files', 70, ''),
  entry('commands.imports', 'from . import upload_commands', 20),
  entry('commands.init', 'app.cli.add_command(upload_commands.group)', 20),
  entry(
    'security.table',
    '| safe files | files outside the allowed folders; uploads that run in a browser | `security/files.py` | `test_files.py` |',
    100,
  ),
];

const withExamples: readonly Change[] = [
  entry('base.nav', `<a href="{{ url_for('files.index') }}"{{ current("files") }}>Files</a>`, 10),
  entry('examples.imports', 'from . import files', 20),
  entry('examples.init', 'app.register_blueprint(files.blueprint)', 10),
];
