import { DewarError, Exit } from '../error.ts';
import type { Catalog } from '../plan/project.ts';
import { admits } from '../plan/versions.ts';
import { version } from '../version.ts';
import { manifestFile } from './contents.ts';
import { type Layer, madeBy } from './layer.ts';

/**
 * Refuses a pack that cannot be laid over a catalog.
 * @throws DewarError for another Dewar, for names that are taken, and for two packs that write one file.
 */
export function refuseUnfit(catalog: Catalog, layer: Layer): void {
  const { name, dewar } = layer.read.manifest;
  if (!admits(dewar, version))
    throw new DewarError(
      `The pack ${name} is for Dewar ${dewar}, and this is ${version}: use another version of one of them.`,
    );
  refuseTakenNames(catalog, layer);
  refuseTakenKeys(catalog, layer);
  refuseDoubles(catalog, layer);
}

function refuseTakenNames(catalog: Catalog, layer: Layer): void {
  const { name } = layer.read.manifest;
  const taken = ['app', ...catalog.mitigations.map(({ id }) => id), ...(catalog.packs ?? []).map(({ id }) => id)];
  const ids = [...layer.own, ...madeBy(layer)].map(({ id }) => id);
  const odd = [name, ...ids].find((id, index, all) => taken.includes(id) || all.indexOf(id) !== index);
  if (odd === undefined) return;
  throw new DewarError(
    `The pack ${name}: ${odd} is the name of something that is there already; choose another one.`,
    Exit.usage,
  );
}

/** All answers are in one namespace, so that each is one flag and one line of an answers file. */
function refuseTakenKeys(catalog: Catalog, layer: Layer): void {
  const { read, own } = layer;
  const made = madeBy(layer).flatMap((each) => keysOf(each.id, each));
  const owners = new Map([
    ...keysOf('Dewar or a pack below', catalog.app),
    ...catalog.mitigations.flatMap((each) => keysOf(each.id, each)),
  ]);
  for (const [key, file] of [
    ...keysOf(manifestFile, read.manifest),
    ...own.flatMap((each) => keysOf(each.file, each.declared)),
    ...made,
  ]) {
    const owner = owners.get(key);
    if (owner !== undefined)
      throw new DewarError(`${file}: the question ${key} is asked by ${owner} already.`, Exit.usage);
    owners.set(key, file);
  }
}

function keysOf(owner: string, { questions = {} }: { readonly questions?: object }): [string, string][] {
  return Object.keys(questions).map((key) => [key, owner]);
}

/** Which of two packs wins is not left to the order on a command line: the later one has to say that it knows the other. */
function refuseDoubles(catalog: Catalog, { read, placed }: Layer): void {
  const { name, over = [] } = read.manifest;
  for (const pack of catalog.packs ?? []) {
    const both = placed.find((each) => each.overrides && pack.overrides.includes(each.name));
    if (both === undefined || over.includes(pack.id)) continue;
    throw new DewarError(
      `The packs ${pack.id} and ${name} both replace ${both.name}. If ${name} is meant to win, let its ${manifestFile} say over: [${pack.id}].`,
      Exit.usage,
    );
  }
}
