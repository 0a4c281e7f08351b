import { countingFacts } from '../../src/flask/effective.ts';
import type { SettingFact } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Outcome } from '../../src/flask/outcome.ts';
import type { Finding, Rule } from '../../src/mitigation.ts';
import { argument, type PyCall, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { keyOutcomes, mayBeOverridden, rotation, unseen, untold } from './evidence.ts';

const weakness = 'CWE-798';
const fix = 'Read the key from the environment and refuse to start without it.';

/** Constants that can be the key, and whether something else can be it instead. */
function constants(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(
    (each) => each.kind === 'constant' && typeof each.value === 'string' && !/^(\{\}|\[\])?$/.test(each.value),
  );
}

function mixed(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ kind }) => /^(environment|file|random)$/.test(kind));
}

const hardcoded: Rule = {
  id: 'secret-key/hardcoded',
  severity: 'high',
  weakness,
  message: 'The secret key stands in the code: whoever has the code can sign sessions.',
  *find(app) {
    const outcomes = keyOutcomes(app);
    if (mixed(outcomes)) return;
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
    if (mixed(outcomes))
      for (const each of constants(outcomes))
        yield {
          place: placeOf(each),
          why: 'Without the variable the app runs with a key that everyone can read.',
          fix,
        };
  },
};

const signingKey =
  /^(?!SECRET_KEY(_FALLBACKS)?$).*(SECRET_KEY|_SECRET_|SECRET$|JWT_(PRIVATE_|SIGNING_)?KEY|PASSWORD_SALT|SIGNING_KEY|ENCRYPTION_KEY)/;

const otherSecret: Rule = {
  id: 'secret-key/other-secret',
  severity: 'high',
  weakness: 'CWE-321',
  message: 'Another key that signs or encrypts stands in the code.',
  *find(app) {
    for (const fact of app.settings.filter(isOther)) {
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

function isOther({ key, role, tier }: SettingFact): boolean {
  return (
    role === 'production' &&
    tier !== 'testing' &&
    tier !== 'development' &&
    signingKey.test(key) &&
    !/_(NAME|PATH|FILE|URL|EXPIRES|ALGORITHM|LOCATION|TYPE|ID)$/.test(key)
  );
}

const token: Rule = {
  id: 'secret-key/token-key',
  severity: 'high',
  weakness: 'CWE-321',
  message: 'Tokens are signed with a key that stands in the code.',
  *find(app) {
    const own = keyOutcomes(app);
    for (const module of [...app.modules.values()].filter(({ role }) => role === 'production'))
      for (const call of module.calls) {
        const key = signs(call);
        const [found] = key ? constants(app.outcomes(key, { file: module.path, scope: call.scope })) : [];
        // The app's own key is told by another rule.
        if (!found || own.some(({ file, line }) => file === found.file && line === found.line)) continue;
        const { source, path } = module;
        const place = { file: path, line: lineAt(source, call.start), text: quote(source, call.start) };
        yield { place, why: 'Whoever has the code can make a token for anyone.', fix };
      }
  },
};

/** The key that a call signs or checks a token with. */
function signs(call: PyCall): Value | undefined {
  if (/^(jwt|jose\.jwt)\.(encode|decode)$/.test(call.target)) return argument(call, 'key', 1);
  return /^itsdangerous\.\w*Serializer$/.test(call.target) ? argument(call, 'secret_key', 0) : undefined;
}

const committed: Rule = {
  id: 'secret-key/committed',
  severity: 'high',
  weakness,
  message: 'A key lies in a committed file of the deployment.',
  *find(app) {
    const names = new Set([
      'SECRET_KEY',
      'FLASK_SECRET_KEY',
      ...keyOutcomes(app).flatMap((each) => (each.kind === 'environment' ? [each.variable] : [])),
    ]);
    for (const each of app.deploy.environment)
      if (names.has(each.name) && each.role === 'production' && isValue(each.value))
        yield {
          place: placeOf(each),
          why: `${each.name} can be read by whoever has the repository.`,
          fix: 'Give it to the process from a secret store or a file that is not committed.',
        };
  },
};

/** Not a reference to another variable, nor something that generates one. */
function isValue(value: string): boolean {
  return value !== '' && !/^[$%{<]|\$\(|\$\{|^(generate|changeme-on-install)$/i.test(value);
}

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
    const given = keyOutcomes(app).length > 0 || mayBeOverridden(app);
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
