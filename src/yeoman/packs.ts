import { catalog } from '../catalog.ts';
import { split } from '../cli/coerce.ts';
import { definitions, definitionsOf } from '../cli/definitions.ts';
import type { CommandName } from '../cli/table.ts';
import type { Definitions } from '../cli/wiring.ts';
import type { ConsentRequest } from '../packs/trust.ts';
import type { Catalog } from '../plan/project.ts';
import { readPacks } from '../update/record.ts';
import { type Asker, optionOf, takesDefaults } from './questions.ts';

/** What a generator works with: Dewar's own, or with packs laid over it. */
export interface Laid {
  readonly catalog: Catalog;
  readonly definitions: Definitions;
}

/** Which packs are laid over Dewar for a generator, and for which folder. */
interface Wanted {
  readonly name: CommandName;
  /** The folder of the app; it need not exist. */
  readonly root: string;
}

/**
 * Lays the packs over Dewar that `--pack` names, and those that the app has, by the same rules as the command.
 * @throws DewarError where one is not to be had or not to be trusted.
 */
export async function laidOver(asker: Asker, { name, root }: Wanted): Promise<Laid> {
  const named = listOf(optionOf(asker, 'pack'));
  const recorded = readPacks(root);
  if (named.length + recorded.length === 0) return { catalog, definitions };
  const [{ packsFor, rooted }, { compose }] = await Promise.all([
    import('../cli/packs.ts'),
    import('../packs/compose.ts'),
  ]);
  const wanted = { named, recorded, trusted: listOf(optionOf(asker, 'trust')), asks: !takesDefaults(asker), root };
  const ask = (request: ConsentRequest) => consent(asker, request);
  const host = { env: process.env, cwd: asker.destinationRoot(), note: (line: string) => asker.log(line) };
  const packs = await packsFor(name, wanted, { ...host, ...(wanted.asks && { ask }) });
  const laid = rooted(compose(catalog, packs), root);
  return { catalog: laid, definitions: definitionsOf(laid) };
}

async function consent(asker: Asker, request: ConsentRequest): Promise<boolean> {
  const { consentLines, consentQuestion } = await import('../cli/consent.ts');
  for (const line of consentLines(request)) asker.log(line);
  const question = { type: 'confirm', name: 'trust', message: consentQuestion(request), default: false } as const;
  const { trust } = await asker.prompt<{ trust?: boolean }>([question]);
  return trust === true;
}

/** An option that may be given more than once, and holds several values between commas. */
function listOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];
  return words.flatMap(split);
}
