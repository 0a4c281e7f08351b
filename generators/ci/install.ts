import type { DependencyFiles } from '../../src/deploy/dependencies.ts';
import type { AppFacts } from '../../src/flask/facts.ts';

/** How a pipeline gets the app's packages. */
export interface Install {
  readonly steps: readonly string[];
  /** What goes before a command that needs them. */
  readonly run: string;
}

/** By the tool that keeps the app's lock, else from the list that names Flask. */
export function installOf({ files }: Pick<AppFacts, 'files'>, { lists, output }: DependencyFiles): Install {
  if (files.includes('uv.lock')) return { steps: ['pip install uv==0.13.9', 'uv sync'], run: 'uv run --no-sync ' };
  if (files.includes('poetry.lock')) return { steps: ['pip install poetry', 'poetry install'], run: 'poetry run ' };
  if (files.includes('pdm.lock')) return { steps: ['pip install pdm', 'pdm install'], run: 'pdm run ' };
  if (files.includes('Pipfile')) return { steps: ['pip install pipenv', 'pipenv install'], run: 'pipenv run ' };
  const named = lists.find(({ named: names, group }) => names.has('flask') && group === 'runtime')?.source.path;
  const compiled = output.find(({ source }) => named?.replace(/\.in$/, '.txt') === source.path)?.source.path;
  const requirements = files.includes('requirements.txt') ? 'requirements.txt' : (compiled ?? named);
  if (requirements === undefined) return { steps: ['pip install flask'], run: '' };
  return {
    steps: [/\.(txt|in|pip)$/.test(requirements) ? `pip install -r ${requirements}` : 'pip install .'],
    run: '',
  };
}
