import type { EnvironmentValue } from '../../src/deploy/facts.ts';
import type { AppFacts, SettingFact } from '../../src/flask/facts.ts';
import { keyOutcomes } from './evidence.ts';

const signingKey =
  /^(?!SECRET_KEY(_FALLBACKS)?$).*(SECRET_KEY|_SECRET_|SECRET$|JWT_(PRIVATE_|SIGNING_)?KEY|PASSWORD_SALT|SIGNING_KEY|ENCRYPTION_KEY)/;

/** True for a setting that holds another key, which signs or encrypts. */
export function isOtherKey({ key, role, tier }: SettingFact): boolean {
  return (
    role === 'production' &&
    tier !== 'testing' &&
    tier !== 'development' &&
    signingKey.test(key) &&
    !/_(NAME|PATH|FILE|URL|EXPIRES|ALGORITHM|LOCATION|TYPE|ID)$/.test(key)
  );
}

/** Keys that lie in a committed file of the deployment. */
export function committedKeys(app: AppFacts): EnvironmentValue[] {
  const names = new Set([
    'SECRET_KEY',
    'FLASK_SECRET_KEY',
    ...keyOutcomes(app).flatMap((each) => (each.kind === 'environment' ? [each.variable] : [])),
  ]);
  return app.deploy.environment.filter(
    ({ name, role, value }) => names.has(name) && role === 'production' && isValue(value),
  );
}

/** Not a reference to another variable, nor something that generates one. */
function isValue(value: string): boolean {
  return value !== '' && !/^[$%{<]|\$\(|\$\{|^(generate|changeme-on-install)$/i.test(value);
}
