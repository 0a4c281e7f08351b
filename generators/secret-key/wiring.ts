import { mask } from '../../src/audit/mask.ts';
import { entry, register, setting, startupCheck } from '../../src/changes.ts';
import { replaceValue } from '../../src/deploy/replace-value.ts';
import { type AppFacts, ancestry, type SettingFact } from '../../src/flask/facts.ts';
import type { Outcome } from '../../src/flask/outcome.ts';
import type { ByHand, Change, Place, SpliceChange, Wiring } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import type { Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { isText, withoutConstants } from './constants.ts';
import { committedKeys, isOtherKey } from './keys.ts';
import { keysInSettings } from './settings-files.ts';
import { tokenKeys } from './tokens.ts';

/** What an app gets that Dewar did not write: its own constants go, and the key is read, checked and rotated. */
const wiring: Wiring = function* (context) {
  const { app } = context;
  const others = app.settings.filter(isOtherKey);
  const derived = [...new Set(others.filter((fact) => isOpen(app, fact)).map(({ key }) => key))];
  for (const file of overlay('secret-key', context))
    if (derived.length > 0 || !file.place.endsWith('/derived_keys.py')) yield file;
  yield* startupCheck(context, 'secret_key', 60);
  yield* always;
  if (derived.length > 0) yield* deriving(derived);
  yield* own(app);
  for (const fact of others.filter((each) => app.outcomes(each.value, each).some(isText)))
    yield* keepsData.test(fact.key) ? [kept(fact)] : repaired(app, fact, fact.key);
  for (const { value, file, scope } of tokenKeys(app)) yield* repaired(app, { value, file, scope }, 'SECRET_KEY');
  yield* committedKeys(app).map((each) => withoutValue(app, each));
  yield* keysInSettings(app).map(inSettings);
};

export default wiring;

const always: readonly Change[] = [
  register('secret_key', 10, 'first: the others sign with it'),
  entry('security.imports', 'from . import secret_key_commands', 10),
  entry('security.init', 'app.cli.add_command(secret_key_commands.group)', 11),
  setting(
    ['base', 'SECRET_KEY'],
    { variable: 'SECRET_KEY', type: 'secret' },
    'signs cookies and tokens; `flask secret-key new` makes one. Also read from SECRET_KEY_FILE',
  ),
  setting(
    ['base', 'SECRET_KEY_FALLBACKS'],
    { variable: 'SECRET_KEY_FALLBACKS', type: 'items' },
    'keys that are still accepted while a new one is rolled out; Flask reads them from 3.1 on',
  ),
  setting(
    ['base', 'SECRET_KEY_MAX_AGE_DAYS'],
    { variable: 'SECRET_KEY_MAX_AGE_DAYS', type: 'number', arguments: '180' },
    'then `flask secret-key status` says so',
  ),
];

/** What was made with such a key cannot be read, or checked, with another one. */
const keepsData = /SALT|ENCRYPT|CRYPT|FERNET|CIPHER/;

/** A constant, or nothing where the variable of that name is not set. */
function isOpen(app: AppFacts, fact: SettingFact): boolean {
  if (keepsData.test(fact.key)) return false;
  const outcomes = app.outcomes(fact.value, fact);
  const own = (each: Outcome): boolean => each.kind === 'environment' && each.variable === fact.key && !each.required;
  return outcomes.some(isText) || (outcomes.length > 0 && outcomes.every(own));
}

function deriving(keys: readonly string[]): Change[] {
  return [
    register('derived_keys', 12, ''),
    setting(
      ['base', 'SECRET_KEY_DERIVES'],
      `(${keys.map((key) => `"${key}",`).join(' ')})`,
      'made from SECRET_KEY where they have no value of their own',
    ),
  ];
}

function* own(app: AppFacts): Iterable<SpliceChange | ByHand> {
  for (const fact of app.settings)
    if (fact.key === 'SECRET_KEY' && fact.role !== 'test' && fact.tier !== 'testing')
      yield* repaired(app, fact, 'SECRET_KEY');
}

type Standing = Pick<SettingFact, 'value' | 'file' | 'scope'>;

const why = 'A key that stands in the code is known to whoever has the code.';

/** The constants of an expression go; where that cannot be done, it is said. */
function* repaired(app: AppFacts, { value, file, scope }: Standing, variable: string): Iterable<SpliceChange | ByHand> {
  // Such a class reads its own variables, and wants text where it says so.
  const instead = (at: Pick<Standing, 'file' | 'scope'>): string =>
    readsItself(app, at) ? '""' : `@@0@@.environ.get("${variable}")`;
  const splices = [...withoutConstants(value, { app, file, scope, instead, why })];
  if (splices.length > 0) return yield* splices;
  if (app.outcomes(value, { file, scope }).some(isText))
    yield byHand(placeAt(app, file, value), `${why} Read ${variable} from the environment.`);
}

/** A class of Pydantic's settings fills its fields from the variables of their names. */
function readsItself(app: AppFacts, { file, scope }: Pick<Standing, 'file' | 'scope'>): boolean {
  const target = `${app.modules.get(file)?.name}.${scope}`;
  return ancestry(app, target).some((each) => /^pydantic(_settings)?\.(\w+\.)*BaseSettings$/.test(each));
}

function kept({ key, ...place }: SettingFact): ByHand {
  return byHand(
    place,
    `${key} stands in the code. Put the same value into the environment and read it from there: with another one, what was made with it could not be read any more.`,
  );
}

function withoutValue(app: AppFacts, found: ReturnType<typeof committedKeys>[number]): SpliceChange | ByHand {
  const source = app.source(found.file);
  const composed = found.origin === 'compose' ? `\${${found.name}}` : '';
  const plain = /^(dotenv|flaskenv|image|compose)$/.test(found.origin);
  const splice = source && plain && replaceValue(source, found, composed);
  const reason = `${found.name} can be read by whoever has the repository.`;
  if (splice) return { ...splice, kind: 'splice', file: found.file, why: reason };
  return byHand(found, `${reason} Give it to the process from a secret store or a file that is not committed.`);
}

/** What reads such a file may want the entry to be there, and its own settings win: somebody has to look. */
function inSettings(place: Place): ByHand {
  const what =
    'The key can be read by whoever has the repository. Take it out of this file; where the app reads it, let it read the environment. `flask secret-key new` makes another one.';
  return { ...byHand(place, what), snippet: 'app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY")' };
}

function byHand({ file, line, text }: Place, what: string): ByHand {
  return { kind: 'by-hand', place: { file, line, text: mask(text) }, what };
}

function placeAt(app: AppFacts, file: string, { start }: Value): Place {
  const source = app.modules.get(file)?.source;
  return { file, line: source ? lineAt(source, start) : 1, text: source ? quote(source, start) : '' };
}
