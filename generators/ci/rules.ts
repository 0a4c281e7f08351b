import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import { type Gate, gates } from './evidence.ts';

const weakness = 'CWE-489';
const fix = 'Run a check that fails the pipeline, such as `bandit -r .`, ruff with its S rules, or `dewar audit`.';

const noGate: Rule = {
  id: 'ci/no-gate',
  severity: 'medium',
  weakness,
  message: 'No pipeline looks for an app that would run in debug.',
  *find(app) {
    const found = gates(app);
    if (found.some(({ active }) => active)) return;
    const [off] = found;
    const why = off
      ? `${off.tool} stands in a file that no pipeline runs (${off.file}).`
      : app.deploy.ci.some(({ active }) => active)
        ? 'The pipeline has no check that would see debug mode.'
        : 'There is no pipeline.';
    yield { why, fix };
  },
};

const notBlocking: Rule = {
  id: 'ci/not-blocking',
  severity: 'medium',
  weakness,
  message: 'A check runs and its result stops nothing.',
  *find(app) {
    const found = gates(app).filter(({ active }) => active);
    if (found.some(({ blocking }) => blocking)) return;
    for (const gate of found)
      yield {
        place: placeOf(gate),
        why: `${gate.tool} may fail and the pipeline goes on.`,
        fix: 'Let its exit status fail the step.',
      };
  },
};

const misses: Rule = {
  id: 'ci/misses-entry',
  severity: 'medium',
  weakness,
  message: 'The check does not look at the file that runs the app.',
  *find(app) {
    const found = gates(app).filter(({ active, blocking }) => active && blocking);
    if (found.length === 0 || found.some((gate) => seesAll(app, gate))) return;
    const [gate] = found;
    if (gate)
      yield {
        place: placeOf(gate),
        why: `${gate.tool} looks at ${gate.paths.join(', ')} only: ${entries(app).join(', ')} is left out.`,
        fix: 'Check the whole repository.',
      };
  },
};

function entries(app: AppFacts): string[] {
  return [
    ...new Set(
      app.runs.filter(({ role, server }) => role === 'production' && server === 'flask').map(({ file }) => file),
    ),
  ];
}

function seesAll(app: AppFacts, { paths }: Gate): boolean {
  const covers = (file: string): boolean =>
    paths.some(
      (path) =>
        /^(\.\/?|\*.*)$/.test(path) ||
        file === path.replace(/^\.\//, '') ||
        file.startsWith(`${path.replace(/^\.\//, '').replace(/\/$/, '')}/`),
    );
  return paths.length === 0 || entries(app).every(covers);
}

/** Faults of the pipeline. */
export const rules: readonly Rule[] = [noGate, notBlocking, misses];
