import { DewarError, Exit } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import { forbiddenIn, type Pack, settledOtherwise } from '../pack.ts';
import type { Contribution } from './collect.ts';
import type { RenderedFile } from './render.ts';

/** What a plan comes to, as far as policies look at it. */
export interface Planned {
  /** Undefined where an app keeps what it has, and more is added to it. */
  readonly chosen?: readonly string[];
  readonly answers: Answers;
  readonly contributions: readonly Contribution[];
}

/**
 * Refuses a plan that breaks the policy of a pack.
 * @throws DewarError that names the pack, and what it insists on.
 */
export function keepPolicies(packs: readonly Pack[], planned: Planned): void {
  for (const pack of packs) {
    const broken = brokenBy(pack, planned);
    if (broken !== undefined) throw new DewarError(`The pack ${pack.id} ${broken}`, Exit.usage);
  }
}

function brokenBy(pack: Pack, { chosen, answers, contributions }: Planned): string | undefined {
  const missing = chosen && pack.policy.require.find((id) => !chosen.includes(id));
  if (missing !== undefined) return `requires ${missing}, which is left out.`;
  return settledOtherwise(pack, answers) ?? otherSetting(pack, contributions);
}

/** Settings for development and tests are not what a policy speaks of. */
function otherSetting({ policy }: Pack, contributions: readonly Contribution[]): string | undefined {
  for (const { from, change } of contributions) {
    if (change.kind !== 'setting' || !['base', 'production'].includes(change.tier)) continue;
    const wanted = policy.settings.find(({ key }) => key === change.key);
    const value = typeof change.value === 'string' ? change.value : `the variable ${change.value.variable}`;
    // What holds everywhere may still be overridden for production.
    const overridden = change.tier === 'base' && contributions.some((other) => isProduction(other, change.key));
    if (!wanted || overridden || value === wanted.is) continue;
    return `wants ${wanted.key} = ${wanted.is} (${wanted.why}); ${from} sets it to ${value}.`;
  }
  return undefined;
}

function isProduction({ change }: Contribution, key: string): boolean {
  return change.kind === 'setting' && change.key === key && change.tier === 'production';
}

/**
 * Refuses files that hold what a policy forbids; what is rendered may come from any pack.
 * @throws DewarError that names the pack, the text and its place.
 */
export function keepTextPolicies(packs: readonly Pack[], files: readonly RenderedFile[]): void {
  for (const pack of packs) {
    const [fault] = forbiddenIn(pack, files);
    if (fault !== undefined) throw new DewarError(`The pack ${pack.id} ${fault}`, Exit.usage);
  }
}
