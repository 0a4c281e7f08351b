import { countingFacts } from '../../src/flask/effective.ts';
import type { AppFacts, SettingFact } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Outcome } from '../../src/flask/outcome.ts';
import { signsIn } from '../../src/flask/sign-in.ts';
import type { Evidence, Place } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { hasOwnField, isOfEnvironment } from './pydantic.ts';
import { outsideTokenKeys } from './tokens.ts';

const signing = /^flask_(wtf|seasurf|jwt_extended|jwt|httpauth|session)\b/;

/** Something is signed: a session, a token, or a key is there to sign with. */
export function applies(app: AppFacts): boolean {
  return (
    app.session.some(({ role }) => role === 'production') ||
    signsIn(app) ||
    app.extensions.some(({ made, role }) => role === 'production' && signing.test(made)) ||
    app.settings.some(({ key, role }) => key === 'SECRET_KEY' && role === 'production') ||
    [...app.modules.values()].some(
      ({ role, imports }) =>
        role === 'production' && imports.some(({ target }) => /^(itsdangerous|jwt|jose|authlib\.jose)\b/.test(target)),
    )
  );
}

/** What the key can be in production, with what tells so. */
export function keyOutcomes(app: AppFacts): readonly Outcome[] {
  const own = app.sites.filter(({ role, kind }) => role === 'production' && kind === 'module');
  if (own.length < 2)
    return countingFacts(app, 'SECRET_KEY')
      .filter((fact, index) => index === 0 || !isMadeOfKey(app, fact))
      .flatMap((fact) => app.outcomes(fact.value, fact));
  // Several apps in one repository, each with a key of its own.
  const keys = app.settings.filter(
    ({ key, role, tier }) => key === 'SECRET_KEY' && role === 'production' && tier !== 'testing',
  );
  return keys.flatMap((fact) => app.outcomes(fact.value, fact));
}

/** What is put in order before it is set again, as in `config["SECRET_KEY"] = tidy(config["SECRET_KEY"])`. */
function isMadeOfKey(app: AppFacts, { file, scope, value, written }: SettingFact): boolean {
  const source = app.modules.get(file)?.source.text ?? '';
  const names = new Set(written.match(/[A-Za-z_]\w*/g));
  const made = app.modules
    .get(file)
    ?.assigns.filter((each) => each.scope === scope && names.has(each.name) && each.end <= value.start);
  const texts = [written, ...(made ?? []).map((each) => source.slice(each.value.start, each.value.end))];
  return texts.some((each) => /config(\.get\(|\[)\s*["']SECRET_KEY["']|\.secret_key\b/.test(each));
}

/** True where a source that cannot be seen may still give another key. */
export function mayBeOverridden(app: AppFacts): boolean {
  const fact = countingFacts(app, 'SECRET_KEY').at(-1);
  return app.sources.some(
    ({ kind, file, line }) => /^(pyfile|environment)$/.test(kind) && (!fact || fact.file !== file || line >= fact.line),
  );
}

const sources: Readonly<Partial<Record<Outcome['kind'], string>>> = {
  environment: 'The key comes from the environment.',
  file: 'The key is read from a file or a secret store.',
};

/** What shows that the key is secret, and that it can be changed. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  yield* ofKey(app);
  yield* ownLoader(app);
  for (const each of outsideTokenKeys(app).slice(0, 1)) yield { ...placeOf(each), why: sources[each.kind] ?? '' };
  for (const source of app.sources.filter(({ kind }) => /^(pyfile|environment)$/.test(kind)))
    if (mayBeOverridden(app))
      yield { ...placeOf(source), why: 'Configuration from outside the code may give the key.' };
  for (const each of untold(app)) yield { ...placeOf(each), why: 'What gives the key cannot be told.' };
  for (const source of unseen(app)) yield { ...placeOf(source), why: 'These settings may hold the key.' };
  for (const place of rotation(app)) yield { ...place, why: 'The key can be changed without signing everyone out.' };
}

function* ofKey(app: AppFacts): Iterable<Evidence> {
  const field = hasOwnField(app);
  if (field) yield { ...field, why: 'Pydantic reads the key from the environment.' };
  for (const each of keyOutcomes(app)) {
    const why = sources[each.kind];
    if (why !== undefined) yield { ...placeOf(each), why };
    else if (isOfEnvironment(app, each))
      yield { ...placeOf(each), why: 'Pydantic reads the key from the environment.' };
  }
}

/** Sources that may hold the key and cannot be seen; empty where the key is known. */
export function unseen(app: AppFacts): AppFacts['sources'] {
  if (app.settings.some(({ key, role }) => key === 'SECRET_KEY' && role === 'production')) return [];
  return app.sources.filter(({ kind }) => kind === 'unknown');
}

/** Expressions that the key is taken from and that cannot be followed; empty where anything of it is known. */
export function untold(app: AppFacts): readonly Outcome[] {
  const outcomes = keyOutcomes(app);
  if (hasOwnField(app)) return [];
  const isUntold = outcomes.every(({ kind }) => kind === 'unknown' || kind === 'caller');
  // A key of None waits for somebody to set it.
  const isEmpty = outcomes.every((each) => each.kind === 'constant' && !each.value);
  return isUntold || isEmpty ? outcomes.slice(0, 1) : [];
}

/** A key that a function puts together, where the settings say that it comes from outside. */
function* ownLoader(app: AppFacts): Iterable<Evidence> {
  if (keyOutcomes(app).some(({ kind }) => kind === 'environment' || kind === 'file')) return;
  for (const fact of app.settings.filter(({ key, role }) => key === 'SECRET_KEY' && role === 'production')) {
    const [first] = app.outcomes(fact.value, fact).filter(({ kind }) => kind === 'environment' || kind === 'file');
    if (first) yield { ...placeOf(first), why: sources[first.kind] ?? '' };
  }
}

/** A sentence on the key that signs, not on those of an API or of DNS. */
const signs = String.raw`(secret[\s_-]*keys?|signing[\s_-]*keys?|session[\s_-]*(key|secret)s?|[a-z]+_secrets?)\b`;
const changesKey = new RegExp(String.raw`^.*(rotat\w*[^\n]{0,80}${signs}|${signs}[^\n]{0,80}rotat\w*).*$`, 'im');

/** Where older keys are accepted, or people are told how to change the key. */
export function rotation(app: AppFacts): Place[] {
  const fallbacks = app.settings.filter(
    ({ key, role, value }) =>
      key === 'SECRET_KEY_FALLBACKS' && role === 'production' && !(value.kind === 'list' && value.items.length === 0),
  );
  const [first] = fallbacks;
  if (first) return [placeOf(first)];
  return app.deploy.guides
    .flatMap((source) => {
      const found = changesKey.exec(source.text);
      return found ? [{ file: source.path, line: lineAt(source, found.index), text: quote(source, found.index) }] : [];
    })
    .slice(0, 1);
}
