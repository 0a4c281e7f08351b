import type { AppFacts, ClassFacts, ConfigSource, SettingFact } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import { tierOf } from '../../src/flask/tiers.ts';
import type { Evidence, Place, Tier } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';

/** Every app has settings. */
export function applies(): boolean {
  return true;
}

/** Sources that hold settings apart from the code that uses them. */
export function outside(app: AppFacts): ConfigSource[] {
  return app.sources.filter(({ kind }) => /^(class|module|pyfile|environment|unknown)$/.test(kind));
}

/** Settings of production code, those of tests left out. */
export function ownSettings(app: AppFacts): SettingFact[] {
  return app.settings.filter(({ role, tier }) => role === 'production' && tier !== 'testing');
}

/** Settings that the environment may give. */
export function fromEnvironment(app: AppFacts): SettingFact[] {
  return ownSettings(app).filter((fact) => app.outcomes(fact.value, fact).some(({ kind }) => kind === 'environment'));
}

/** Classes of a module that puts its settings into the app itself: one of them for production. */
function ofModules(app: AppFacts): ClassFacts[] {
  const loading = [...app.modules.values()].filter(({ functions }) =>
    functions.some(({ name }) => name === 'init_app'),
  );
  const paths = new Set(loading.map(({ path }) => path));
  const own = app.classes.filter(({ role, file }) => role === 'production' && paths.has(file));
  const tier = ({ target }: ClassFacts): Tier => tierOf(target.split('.').at(-1) ?? '');
  return own.filter(
    (each) =>
      tier(each) === 'production' && own.some((other) => other.file === each.file && tier(other) === 'development'),
  );
}

/** True where production has settings of its own. */
export function hasTiers(app: AppFacts): boolean {
  if (ofModules(app).length > 0) return true;
  const tiers = new Set(app.configClasses.map(({ tier }) => tier));
  const files = app.files.some((path) =>
    /(^|\/)(config|settings|configs|configuration)\/[^/]*prod[^/]*\.\w+$|(^|\/)(config|settings)[._-]?prod\w*\.\w+$/i.test(
      path,
    ),
  );
  return files || (tiers.has('production') && (tiers.has('development') || tiers.has('testing') || tiers.has('base')));
}

/** Modules of settings that read the environment or a file on their own, past the configuration of Flask. */
export function ownReaders(app: AppFacts): Place[] {
  return [...app.modules.values()]
    .filter(
      ({ role, path }) =>
        role === 'production' && /(^|\/)\w*(settings|config|configuration)\w*(\/__init__)?\.py$/i.test(path),
    )
    .flatMap(({ path, source }) => {
      const found = reads.exec(source.text);
      return found ? [{ file: path, line: lineAt(source, found.index), text: quote(source, found.index) }] : [];
    });
}

const reads =
  /\bos\.(environ|getenv)\b|\b(yaml\.(safe_)?load|tomllib\.loads?|ConfigParser)\b|\bload_dotenv\(|\bBaseSettings\b|\b[Dd]ynaconf\(/;

/** What shows that settings are kept apart from the code, and apart from each other. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  if (hasTiers(app))
    for (const each of [...app.configClasses.filter(({ tier }) => tier === 'production'), ...ofModules(app)])
      yield { ...placeOf(each), why: 'Production has settings of its own.' };
  for (const source of outside(app))
    yield { ...placeOf(source), why: sourceWords[source.kind] ?? 'Settings are read from outside.' };
  const [first] = fromEnvironment(app);
  if (first) yield { ...placeOf(first), why: 'Settings come from the environment.' };
  if (outside(app).length === 0 && !first)
    for (const place of ownReaders(app)) yield { ...place, why: 'A module of its own reads the settings.' };
}

const sourceWords: Readonly<Partial<Record<ConfigSource['kind'], string>>> = {
  class: 'A class holds the settings.',
  module: 'A module holds the settings.',
  pyfile: 'A file outside the code holds settings.',
  environment: 'The environment gives settings.',
};
