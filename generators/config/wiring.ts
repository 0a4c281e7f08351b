import { type Choice, chosenByDefault } from '../../src/flask/default-class.ts';
import type { AppFacts, ConfigClass } from '../../src/flask/facts.ts';
import { switchedOff } from '../../src/flask/switches.ts';
import { tierOf, tierVariable } from '../../src/flask/tiers.ts';
import type { ByHand, SpliceChange, Wiring } from '../../src/mitigation.ts';
import type { Span } from '../../src/source/text.ts';
import { startOfLine } from '../../src/source/text.ts';

const testing = 'Testing mode lets errors out to the client and switches checks of extensions off.';

/** What an app gets that Dewar did not write, besides the settings of the defences by tier: wrong defaults go. */
const wiring: Wiring = function* ({ app }) {
  yield tierVariable;
  for (const { key, value, file, scope, role, tier } of app.settings)
    if (key === 'TESTING' && role === 'production' && tier !== 'testing')
      yield* switchedOff(value, { app, file, scope, tier: 'testing', why: testing });
  for (const choice of chosenByDefault(app))
    if (tierOf(choice.name) === 'development') yield productionInstead(app, choice);
};

export default wiring;

/** Production becomes the default where that changes nothing else, such as the database. */
function productionInstead(app: AppFacts, choice: Choice): SpliceChange | ByHand {
  const { name, place } = choice;
  const production = app.configClasses.find(({ tier }) => tier === 'production');
  const own = /\bdefault\b|environ|getenv/i.test(place.text) && production && alike(app, choice, production);
  const splice = own ? renamed(app, choice, production) : undefined;
  const what = `${name} is what the app takes when nothing else is said. Its debug mode is off outside development from now on, and the rest stays: production may want another database. Make production the default once what it needs is set where the app serves.`;
  return splice ?? { kind: 'by-hand', place, what };
}

const harmless =
  /^(DEBUG|TESTING|ENV|FLASK_ENV|FLASK_DEBUG|DEVELOPMENT|PRODUCTION|SECRET_KEY|TEMPLATES_AUTO_RELOAD|EXPLAIN_TEMPLATE_LOADING|ASSETS_DEBUG|DEBUG_TB_\w+|SQLALCHEMY_(ECHO|RECORD_QUERIES|TRACK_MODIFICATIONS)|(SESSION|REMEMBER)_COOKIE_\w+|LOG_LEVEL)$/;

/** True where the two classes say nothing of their own that an app could miss. */
function alike(app: AppFacts, choice: Choice, production: ConfigClass): boolean {
  const development = app.configClasses.find(({ target }) => `.${target}`.endsWith(`.${choice.target}`));
  return [development, production].every((each) => {
    const module = each && app.modules.get(each.file);
    if (!each || !module) return false;
    const inside = ({ start }: Span): boolean => start >= each.body.start && start < each.body.end;
    return !module.functions.some(inside) && module.assigns.filter(inside).every(({ name }) => harmless.test(name));
  });
}

function renamed(app: AppFacts, { name, place }: Choice, production: ConfigClass): SpliceChange | undefined {
  const source = app.source(place.file);
  const expected = name.split('.').at(-1) ?? '';
  const begin = source ? startOfLine(source, place.line) : 0;
  const start = source?.text.indexOf(expected, begin) ?? -1;
  if (start === -1 || source?.text.slice(begin, start).includes('\n')) return undefined;
  const insert = production.target.split('.').at(-1) ?? '';
  const why = 'Production is the default; development has to be asked for.';
  return { kind: 'splice', file: place.file, start, expected, insert, why };
}
