import { setting } from '../../src/changes.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { Wiring } from '../../src/mitigation.ts';
import { leftToHand } from '../../src/plan/left.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { safePaths } from './paths.ts';
import { rules } from './rules.ts';

/** What an app that exists needs: paths that stay in their folder, and an end to what one request may send. */
const wiring: Wiring = function* (context) {
  const { app, written = new Set<string>() } = context;
  const { splices, mended } = safePaths(app);
  const used = splices.length > 0 || [...written].some((path) => path.endsWith('/files.py'));
  yield* overlay('files', context, [
    [/uploads\.py$/, () => false],
    [/files\.py$/, () => used],
  ]);
  yield* splices;
  if (takesUploads(app))
    yield setting(
      ['base', 'MAX_CONTENT_LENGTH'],
      { variable: 'MAX_CONTENT_LENGTH', type: 'number', arguments: '64 * 1024 * 1024' },
      'one request, uploads and all; https://flask.palletsprojects.com/web-security/#resource-use',
    );
  yield* leftToHand(app, rules, mended);
};

export default wiring;

function takesUploads({ modules }: AppFacts): boolean {
  const own = [...modules.values()].filter(({ role }) => role === 'production');
  const fields = /\brequest\.files\b|\b(Multiple)?FileField\b|flask_wtf\.file|flask_uploads|flask_dropzone/;
  return own.some(({ source }) => fields.test(source.text));
}
