import type { FormFacts } from '../jinja/forms.ts';
import type { ByHand, SpliceChange } from '../mitigation.ts';
import type { AppFacts } from './facts.ts';

const field = '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">';

/** The forms of the app's pages that change something and carry no token for certain. */
export function formsWithoutToken(app: Pick<AppFacts, 'templates'>): FormFacts[] {
  const own = app.templates.filter(({ role }) => role === 'production' || role === 'example');
  return own
    .flatMap(({ forms }) => forms)
    .filter(({ method, token, foreign }) => method === 'post' && token === 'absent' && !foreign);
}

/** A hidden field for each form that lacks its token, and a step by hand for each that cannot be judged. */
export function tokenSplices(app: Pick<AppFacts, 'templates'>): { splices: SpliceChange[]; byHand: ByHand[] } {
  const splices = formsWithoutToken(app).map((form): SpliceChange => {
    const { offset, before } = form.insert;
    const why = 'The form must carry the CSRF token, or its requests are refused.';
    return { kind: 'splice', file: form.file, start: offset, expected: '', insert: before + field, why };
  });
  const own = app.templates.filter(({ role }) => role === 'production');
  const byHand = own.flatMap(({ forms }) => forms).flatMap((form) => doubtful(form));
  return { splices, byHand };
}

function doubtful(form: FormFacts): ByHand[] {
  const { file, line, text, method, token } = form;
  if (token === 'present' || form.foreign) return [];
  const why =
    method === 'dynamic'
      ? 'an expression gives its method'
      : method === 'post' && token === 'possible'
        ? 'an include or a macro may bring the token'
        : undefined;
  if (why === undefined) return [];
  return [
    {
      kind: 'by-hand',
      place: { file, line, text },
      what: `See whether this form needs the CSRF token: ${why}.`,
      snippet: field,
    },
  ];
}
