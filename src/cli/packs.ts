import { resolve } from 'node:path';
import { withCode } from '../packs/code.ts';
import { compose } from '../packs/compose.ts';
import type { ReadPack } from '../packs/layer.ts';
import { loadNamed, loadNewest, loadRecorded } from '../packs/load.ts';
import { recordedSource, sourceOf } from '../packs/source.ts';
import type { ConsentRequest, Trusting } from '../packs/trust.ts';
import type { Catalog } from '../plan/project.ts';
import { usage } from './coerce.ts';
import { askConsent } from './consent.ts';
import { flagName } from './flags.ts';
import { hasPerson, type Io } from './io.ts';
import type { PacksWanted } from './packs-wanted.ts';
import type { Say } from './say.ts';
import { type Command, type CommandName, commandTable } from './table.ts';
import type { Wiring } from './wiring.ts';

interface Setting {
  readonly io: Io;
  readonly wiring: Wiring;
  readonly say: Say;
}

/** The wiring with the packs of a command line laid over the catalog. */
export async function wiringWithPacks(command: Command, wanted: PacksWanted, setting: Setting): Promise<Wiring> {
  const { wiring, io, say } = setting;
  if (!wiring.layered) throw usage(`dewar ${command.name} knows no packs here.`);
  const host = { env: io.env, cwd: io.cwd, note: say.note };
  const ask = (request: ConsentRequest) => askConsent(request, { io, say });
  const packs = await packsFor(command.name, wanted, { ...host, ...(wanted.asks && hasPerson(io) && { ask }) });
  return wiring.layered((catalog) => compose(catalog, packs));
}

/** What runs a command, as far as packs need it. */
export interface PackHost {
  readonly env: Io['env'];
  readonly cwd: string;
  readonly note: (line: string) => void;
  /** Absent where nobody can be asked. */
  readonly ask?: NonNullable<Trusting['ask']>;
}

/** The packs that a command is about, with their code where they are trusted. */
export async function packsFor(name: CommandName, wanted: PacksWanted, host: PackHost): Promise<readonly ReadPack[]> {
  const packs: ReadPack[] = [];
  const trusting = { env: host.env, given: wanted.trusted, ...(host.ask && { ask: host.ask }) };
  for (const pack of await loaded(name, wanted, host)) packs.push(await withCode(pack, trusting));
  for (const { manifest } of packs) refuseTakenFlags(manifest.name, Object.keys(manifest.questions ?? {}));
  return packs;
}

/** Only an update looks for what is newer; everything else goes by what the app was written with. */
async function loaded(
  name: CommandName,
  wanted: PacksWanted,
  { env, cwd, note }: PackHost,
): Promise<readonly ReadPack[]> {
  const loading = { root: wanted.root ?? cwd, env, note };
  const named = await loadNamed(wanted.named, cwd, loading);
  const names = named.map(({ manifest }) => manifest.name);
  const others = wanted.recorded.filter((each) => !names.includes(each.name));
  const load = name === 'update' ? loadNewest : loadRecorded;
  const own = (await load(others, loading)).map((pack) => placed(pack, loading.root));
  return inOrder(wanted, [...own, ...named]);
}

/** Folders are absolute until it is known which app is written. */
function placed(pack: ReadPack, root: string): ReadPack {
  const source = sourceOf(pack.origin.source, root);
  return source.kind === 'folder' ? { ...pack, origin: { ...pack.origin, source: source.folder } } : pack;
}

/** The order that the app has, and then that of the command line. */
function inOrder({ recorded }: PacksWanted, packs: readonly ReadPack[]): readonly ReadPack[] {
  const known = recorded.flatMap(({ name }) => packs.filter(({ manifest }) => manifest.name === name));
  return [...known, ...packs.filter((pack) => !known.includes(pack))];
}

function refuseTakenFlags(pack: string, keys: readonly string[]): void {
  const taken = commandTable().flatMap(({ flags }) => flags.map(({ name }) => name));
  // These come with the definitions.
  const all = [...taken, 'preset', 'with', 'without', 'git', 'install'];
  const odd = keys.find((key) => all.includes(flagName(key)) || all.includes(flagName(key).replace(/^no-/, '')));
  if (odd !== undefined)
    throw usage(
      `The pack ${pack} asks ${odd}, but --${flagName(odd)} is a flag of dewar already: it needs another key.`,
    );
}

/** The catalog with packs whose folders are named by their way from the app that is written. */
export function rooted(catalog: Catalog, root: string): Catalog {
  const packs = catalog.packs?.map((pack) => {
    const source = recordedSource(sourceOf(pack.origin.source, root), resolve(root));
    return { ...pack, origin: { ...pack.origin, source } };
  });
  return packs ? { ...catalog, packs } : catalog;
}
