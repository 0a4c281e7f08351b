import type { FormFacts } from '../jinja/forms.ts';
import type { SpliceChange } from '../mitigation.ts';
import type { AppFacts } from './facts.ts';

/** The forms of the app's pages that change something and carry no token for certain. */
export function formsWithoutToken(app: Pick<AppFacts, 'templates'>): FormFacts[] {
  const own = app.templates.filter(({ role }) => role === 'production' || role === 'example');
  return own
    .flatMap(({ forms }) => forms)
    .filter(({ method, token, foreign }) => method === 'post' && token === 'absent' && !foreign);
}

/** A hidden field for each form that lacks its token. */
export function tokenSplices(app: Pick<AppFacts, 'templates'>, name = 'csrf_token'): SpliceChange[] {
  return formsWithoutToken(app).map((form) => ({
    kind: 'splice',
    file: form.file,
    start: form.insert.offset,
    expected: '',
    insert: `${form.insert.before}<input type="hidden" name="${name}" value="{{ csrf_token() }}">`,
    why: 'The form must carry the CSRF token, or its requests are refused.',
  }));
}
