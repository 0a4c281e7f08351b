import { countingFacts } from '../../src/flask/effective.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { flag, placeOf } from '../../src/flask/flags.ts';
import type { Evidence } from '../../src/mitigation.ts';
import { rules } from './rules.ts';

/** Every app can be run in debug. */
export function applies(): boolean {
  return true;
}

/** That nothing switches it on is what is wanted: the place that stands for it is where the app is made. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  const off = flag(app, 'DEBUG');
  const [fact] = countingFacts(app, 'DEBUG');
  if (fact && (off.is === 'off' || (off.is === 'varies' && off.preset === false)))
    yield { ...placeOf(fact), why: 'DEBUG is off in production.' };
  for (const { file, line, text, server } of app.starts.filter(
    ({ production, role }) => production && role === 'production',
  ))
    yield { file, line, text, why: `Production runs ${server}, which has no debugger.` };
  const [site] = app.sites;
  const clean = rules.every((rule) => [...rule.find(app)].length === 0);
  const why = clean ? 'Nothing switches the debugger on.' : 'The app itself is made without the debugger.';
  if (site) yield { ...placeOf(site), why };
}
