import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { attempt, codeOf } from '../plan/disk.ts';
import type { ReadPack } from './layer.ts';
import { configFolder, type Environment, writeWhole } from './store.ts';

/** One consent of a user: to this content, as this commit led to it. */
export interface Consent {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly commit?: string;
  readonly hash: string;
  /** Day of the consent. */
  readonly since: string;
}

/** What a user is asked before the code of a pack runs. */
export interface ConsentRequest {
  readonly pack: ReadPack;
  /** What the pack may do, one sentence each. */
  readonly abilities: readonly string[];
  /** What was trusted of the same source before, if anything. */
  readonly before: Consent | undefined;
}

/** How consent is found. */
export interface Trusting {
  readonly env: Environment;
  /** Hashes that this run trusts. */
  readonly given: readonly string[];
  /** Asks the user; absent where nobody can be asked. */
  readonly ask?: (request: ConsentRequest) => Promise<boolean>;
}

/** Nothing about where a pack comes from makes it trusted: the consent is to its content. */
const schema = 'dewar/trusted-packs/1';

/**
 * Lets the code of a pack run only with consent to exactly this content and commit.
 * @throws DewarError with exit 4 where there is none.
 */
export async function requireConsent(pack: ReadPack, { env, given, ask }: Trusting): Promise<void> {
  const { hash, commit } = pack.origin;
  if (given.includes(hash)) return;
  const consents = readConsents(env);
  if (consents.some((each) => each.hash === hash && each.commit === commit)) return;
  const before = consents.findLast((each) => each.source === pack.origin.source && each.name === pack.origin.name);
  const request = { pack, abilities: abilitiesOf(pack), before };
  if (!(await ask?.(request))) throw untrusted(request);
  record(env, consents, pack);
}

/** What a pack that brings code may do, in sentences; none where it is data. */
export function abilitiesOf({ manifest: { code } }: Pick<ReadPack, 'manifest'>): string[] {
  if (!code) return [];
  const { plan, mitigations, audits, migrations, afterNew, templates } = code;
  return [
    ...(plan ? [`${plan} runs whenever an app is planned: new, add, update.`] : []),
    ...(mitigations ? [`${mitigations} declares defences, whose plans run with new, add and update.`] : []),
    ...(audits ? [`${audits} runs rules with every audit.`] : []),
    ...(migrations ? [`${migrations} says which imports in files of an app follow names that moved.`] : []),
    ...(afterNew ? [`${afterNew} runs after a new app was written, in its folder.`] : []),
    ...(templates ? ['Its templates are JavaScript, which runs whenever an app is rendered.'] : []),
    'Code runs as you: it can read and change every file that you can, and use the network.',
  ];
}

/** What a user has consented to; empty where there is nothing yet. */
export function readConsents(env: Environment): readonly Consent[] {
  const file = consentFile(env);
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as { schema?: unknown; packs?: unknown };
    if (found.schema === schema && Array.isArray(found.packs)) return found.packs as Consent[];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    if (codeOf(error) !== '') throw new DewarError(`Cannot read ${file}: ${(error as Error).message}`);
  }
  throw new DewarError(`${file} cannot be understood: delete it, and consent anew.`);
}

function record(env: Environment, consents: readonly Consent[], { origin }: ReadPack): void {
  const fresh: Consent = { ...origin, since: new Date().toISOString().slice(0, 10) };
  const file = consentFile(env);
  attempt(file, () => writeWhole(file, `${JSON.stringify({ schema, packs: [...consents, fresh] }, null, 2)}\n`));
}

function consentFile(env: Environment): string {
  return join(configFolder(env), 'trusted-packs.json');
}

function untrusted({ pack: { origin }, abilities, before }: ConsentRequest): DewarError {
  const { name, version, hash, commit } = origin;
  const moved =
    before === undefined
      ? ''
      : ` It was trusted on ${before.since}${before.commit ? ` at commit ${before.commit}` : ''}, and has changed since.`;
  return new DewarError(
    `The pack ${name} ${version} brings code that you do not trust yet.${moved} ${abilities.join(' ')} ` +
      `Read it first. Then run this in a terminal and consent, or add --trust ${hash}${commit ? ` (commit ${commit})` : ''}`,
    Exit.untrusted,
  );
}
