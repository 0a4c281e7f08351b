import type { Answers } from '../mitigation.ts';
import { usage } from './coerce.ts';

/** The answers with the callers that have no CSRF token; an error where nothing is added that could ask them for one. */
export function exempting(
  answers: Answers,
  exempt: readonly string[] | undefined | '',
  ids: readonly string[] | 'all',
): Answers {
  if (!exempt) return answers;
  if (ids !== 'all' && ids.length > 0 && !ids.includes('csrf'))
    throw usage('--exempt belongs to csrf: name csrf too, or take --all.');
  return { ...answers, exempt };
}
