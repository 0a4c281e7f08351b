import type { EnvironmentValue } from '../deploy/facts.ts';
import { choosingVariables } from './default-class.ts';
import type { AppFacts } from './facts.ts';

const development = /(^|[._:/-])(dev|devel|development|local)(elopment)?(config|settings|configuration)?$/i;

/** Where the deployment asks for the settings of development, by the variable that chooses among them. */
export function deployedInDevelopment(app: AppFacts): EnvironmentValue[] {
  const choosing = new Set(choosingVariables(app));
  return app.deploy.environment.filter(
    ({ name, value, role, origin }) =>
      role === 'production' && origin !== 'flaskenv' && choosing.has(name) && development.test(value),
  );
}
