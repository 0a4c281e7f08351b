import { countingFacts } from '../../src/flask/effective.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Outcome } from '../../src/flask/outcome.ts';
import type { Finding, Rule } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { isText } from './constants.ts';
import { keyOutcomes, mayBeOverridden, rotation, unseen, untold } from './evidence.ts';
import { committedKeys, isOtherKey } from './keys.ts';
import { hasOwnField, isOfEnvironment } from './pydantic.ts';
import { keysInSettings } from './settings-files.ts';
import { outsideTokenKeys, tokenKeys } from './tokens.ts';

const weakness = 'CWE-798';
const fix = 'Read the key from the environment and refuse to start without it.';

/** Constants that can be the key, and whether something else can be it instead. */
function constants(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(isText);
}

function mixed(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ kind }) => kind !== 'constant');
}

const hardcoded: Rule = {
  id: 'secret-key/hardcoded',
  severity: 'high',
  weakness,
  message: 'The secret key stands in the code: whoever has the code can sign sessions.',
  *find(app) {
    const outcomes = keyOutcomes(app);
    if (mixed(outcomes)) return;
    // Another rule tells of what its variable may replace.
    if (outcomes.some((each) => isOfEnvironment(app, each))) return;
    const atMost = mayBeOverridden(app) ? 'partial' : 'missing';
    for (const each of constants(outcomes))
      yield { place: placeOf(each), why: 'The key is a constant in the code.', fix, atMost };
  },
};

const fallback: Rule = {
  id: 'secret-key/fallback',
  severity: 'high',
  weakness,
  message: 'A constant takes the place of the key where none is set.',
  *find(app) {
    const outcomes = keyOutcomes(app);
    for (const each of constants(outcomes))
      if (mixed(outcomes) || isOfEnvironment(app, each))
        yield {
          place: placeOf(each),
          why: 'Without the variable the app runs with a key that everyone can read.',
          fix,
        };
  },
};

const otherSecret: Rule = {
  id: 'secret-key/other-secret',
  severity: 'high',
  weakness: 'CWE-321',
  message: 'Another key that signs or encrypts stands in the code.',
  *find(app) {
    for (const fact of app.settings.filter(isOtherKey)) {
      const outcomes = app.outcomes(fact.value, fact);
      for (const each of constants(outcomes).slice(0, 1)) {
        const why = mixed(outcomes)
          ? `Without its variable ${fact.key} is a constant.`
          : `${fact.key} is a constant in the code.`;
        yield { place: placeOf(each), why, fix: `Read ${fact.key} from the environment.` };
      }
    }
  },
};

const token: Rule = {
  id: 'secret-key/token-key',
  severity: 'high',
  weakness: 'CWE-321',
  message: 'Tokens are signed with a key that stands in the code.',
  *find(app) {
    const own = keyOutcomes(app);
    for (const { value, call, ...standing } of tokenKeys(app)) {
      const [found] = constants(app.outcomes(value, standing));
      const source = app.modules.get(standing.file)?.source;
      // The app's own key is told by another rule.
      if (!found || !source || own.some(({ file, line }) => file === found.file && line === found.line)) continue;
      const place = { file: source.path, line: lineAt(source, call.start), text: quote(source, call.start) };
      yield { place, why: 'Whoever has the code can make a token for anyone.', fix };
    }
  },
};

const committed: Rule = {
  id: 'secret-key/committed',
  severity: 'high',
  weakness,
  message: 'A key lies in a committed file of the deployment.',
  *find(app) {
    for (const each of committedKeys(app))
      yield {
        place: placeOf(each),
        why: `${each.name} can be read by whoever has the repository.`,
        fix: 'Give it to the process from a secret store or a file that is not committed.',
      };
    for (const place of keysInSettings(app))
      yield {
        place,
        why: 'The app reads its settings from this file, and whoever has the repository can read the key in it.',
        fix: 'Keep the key in the environment, or in a file that is not committed.',
      };
  },
};

const random: Rule = {
  id: 'secret-key/random-at-start',
  severity: 'medium',
  weakness: 'CWE-330',
  message: 'Every process makes a key of its own: sessions break with the next worker or restart.',
  *find(app) {
    const outcomes = keyOutcomes(app).filter((each) => !(each.kind === 'constant' && !each.value));
    if (outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'random'))
      for (const each of outcomes)
        yield { place: placeOf(each), why: 'The key is made anew whenever a process starts.', fix };
  },
};

const unset: Rule = {
  id: 'secret-key/unset',
  severity: 'high',
  weakness: 'CWE-1188',
  message: 'Nothing sets the key that sessions are signed with.',
  *find(app): Iterable<Finding> {
    if (
      countingFacts(app, 'SECRET_KEY').length > 0 ||
      hasOwnField(app) !== undefined ||
      app.sources.some(({ kind }) => /^(pyfile|environment|unknown|caller)$/.test(kind))
    )
      return;
    if (app.session.some(({ role }) => role === 'production'))
      yield { why: 'The app uses sessions and nothing sets SECRET_KEY.', fix };
  },
};

const unclear: Rule = {
  id: 'secret-key/unclear',
  severity: 'low',
  weakness: 'CWE-1188',
  message: 'It cannot be told where the key comes from.',
  atMost: 'unknown',
  *find(app) {
    const fix = 'See that it comes from the environment, and nowhere from a constant.';
    for (const each of untold(app)) yield { place: placeOf(each), why: 'What gives the key cannot be told.', fix };
    for (const source of unseen(app).slice(0, 1))
      yield { place: placeOf(source), why: 'The key may come from settings that cannot be read here.', fix };
  },
};

const noRotation: Rule = {
  id: 'secret-key/no-rotation',
  severity: 'medium',
  weakness: 'CWE-324',
  message: 'A leaked key cannot be changed without signing everyone out.',
  *find(app) {
    const given =
      keyOutcomes(app).length > 0 ||
      hasOwnField(app) !== undefined ||
      mayBeOverridden(app) ||
      outsideTokenKeys(app).length > 0;
    if (!given || rotation(app).length > 0) return;
    yield {
      why: 'Nothing says how the key is changed, and older keys are not accepted.',
      fix: 'Set SECRET_KEY_FALLBACKS from the environment (Flask 3.1), and write down the steps.',
    };
  },
};

/** Faults of the secret key. */
export const rules: readonly Rule[] = [
  hardcoded,
  fallback,
  otherSecret,
  token,
  committed,
  random,
  unset,
  unclear,
  noRotation,
];
