import { countingFacts } from '../../src/flask/effective.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { flag, placeOf } from '../../src/flask/flags.ts';
import type { Finding, Rule } from '../../src/mitigation.ts';

/** A rule on a setting that switches the check off. */
function switchedOff(
  id: Rule['id'],
  { key, severity, message }: { key: string; severity: Rule['severity']; message: string },
): Rule {
  return {
    id,
    severity,
    weakness: 'CWE-352',
    message,
    *find(app) {
      yield* faultOf(app, key, message);
    },
  };
}

function* faultOf(app: AppFacts, key: string, message: string): Iterable<Finding> {
  const fact = countingFacts(app, key).at(-1);
  if (fact && (fact.role !== 'production' || fact.conditional)) return;
  const { is, preset, place } = flag(app, key);
  const isOff = is === 'off';
  if (!place || !(isOff || (is === 'varies' && preset === false))) return;
  yield {
    place: isOff || !fact ? place : placeOf(fact),
    why: isOff ? message : `${key} is off unless the environment switches it on.`,
    fix: `Leave ${key} at its default; set it in the tests' configuration only.`,
  };
}

/** `WTF_CSRF_ENABLED`. */
export const disabled = switchedOff('csrf/disabled', {
  key: 'WTF_CSRF_ENABLED',
  severity: 'high',
  message: 'WTF_CSRF_ENABLED is False outside the tests.',
});

/** `WTF_CSRF_CHECK_DEFAULT`. */
export const checkDefaultOff = switchedOff('csrf/check-default-off', {
  key: 'WTF_CSRF_CHECK_DEFAULT',
  severity: 'medium',
  message: 'WTF_CSRF_CHECK_DEFAULT is False: only views that ask for it are checked.',
});
