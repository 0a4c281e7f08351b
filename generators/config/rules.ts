import { chosenByDefault } from '../../src/flask/default-class.ts';
import { deployedInDevelopment } from '../../src/flask/deployed-tier.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { flag, placeOf } from '../../src/flask/flags.ts';
import { tierOf } from '../../src/flask/tiers.ts';
import type { Rule } from '../../src/mitigation.ts';
import { fromEnvironment, hasTiers, outside, ownReaders, ownSettings } from './evidence.ts';

const inline: Rule = {
  id: 'config/inline',
  severity: 'medium',
  weakness: 'CWE-1188',
  message: 'Every setting stands in the code, for all environments alike.',
  *find(app) {
    if (outside(app).length > 0 || fromEnvironment(app).length > 0 || ownReaders(app).length > 0) return;
    const fix = 'Read what differs between environments from the environment, or from a class for each.';
    const all = ownSettings(app).filter(({ value }) => value.kind === 'literal');
    for (const fact of all) yield { place: placeOf(fact), why: 'The value is the same on every machine.', fix };
    if (all.length === 0) yield { why: 'The app reads no configuration.', fix };
  },
};

const noEnvironments: Rule = {
  id: 'config/no-environments',
  severity: 'medium',
  weakness: 'CWE-1188',
  message: 'Development and production share their settings.',
  *find(app) {
    const apart = outside(app).length + fromEnvironment(app).length + ownReaders(app).length;
    if (hasTiers(app) || apart === 0 || environmentDecides(app)) return;
    const [first] = outside(app);
    yield {
      ...(first && { place: placeOf(first) }),
      why: 'Production has no settings of its own.',
      fix: 'Give each environment a class, production the strictest.',
    };
  },
};

/** Most settings that differ come from the environment, and what they fall back to is safe. */
function environmentDecides(app: AppFacts): boolean {
  const key = app.settings
    .filter(({ key: name, role }) => name === 'SECRET_KEY' && role === 'production')
    .flatMap((fact) => app.outcomes(fact.value, fact));
  const constant = key.some((each) => each.kind === 'constant' && each.value !== null && each.value !== '');
  const debug = flag(app, 'DEBUG');
  const open = debug.is === 'on' || debug.preset === true;
  return fromEnvironment(app).length >= 3 && !constant && !open;
}

const defaultDevelopment: Rule = {
  id: 'config/default-development',
  severity: 'high',
  weakness: 'CWE-1188',
  message: 'Where nothing says which settings to take, the app takes those of development.',
  *find(app) {
    for (const { name, place } of chosenByDefault(app))
      if (tierOf(name) === 'development')
        yield {
          place,
          why: `${name} is what the app takes when nothing else is said.`,
          fix: 'Make production the default; development has to be asked for.',
        };
  },
};

const deployedDevelopment: Rule = {
  id: 'config/deployed-development',
  severity: 'high',
  weakness: 'CWE-1188',
  message: 'The deployment asks for the settings of development.',
  *find(app) {
    for (const each of deployedInDevelopment(app))
      yield {
        place: placeOf(each),
        why: `${each.name} picks the settings of development where production runs.`,
        fix: 'Name the settings of production.',
      };
  },
};

const testingOn: Rule = {
  id: 'config/testing-on',
  severity: 'high',
  weakness: 'CWE-489',
  message: 'Production runs in testing mode.',
  *find(app) {
    const { is, place, conditional } = flag(app, 'TESTING');
    if (is === 'on' && place && !conditional)
      yield {
        place,
        why: 'TESTING lets errors out to the client and switches checks of extensions off.',
        fix: 'Set TESTING in the tests only.',
      };
  },
};

const silent: Rule = {
  id: 'config/silent',
  severity: 'low',
  weakness: 'CWE-1188',
  message: 'A missing configuration file is passed over in silence.',
  *find(app) {
    for (const source of app.sources)
      if (source.silent)
        yield {
          place: placeOf(source),
          why: 'Without the file the app runs with its defaults.',
          fix: 'Check in production that what must be set is set.',
        };
  },
};

/** Faults of the configuration. */
export const rules: readonly Rule[] = [
  inline,
  noEnvironments,
  defaultDevelopment,
  deployedDevelopment,
  testingOn,
  silent,
];
