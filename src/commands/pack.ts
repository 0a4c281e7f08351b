import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import type { PackOrigin } from '../pack.ts';
import { packProblems } from '../packs/check.ts';
import { withCode } from '../packs/code.ts';
import { compose } from '../packs/compose.ts';
import type { ReadPack } from '../packs/layer.ts';
import { loadNamed } from '../packs/load.ts';
import { isId } from '../packs/manifest.ts';
import { packSkeleton } from '../packs/skeleton.ts';
import { kept } from '../packs/store.ts';
import { abilitiesOf, readConsents, type Trusting } from '../packs/trust.ts';
import { apply } from '../plan/apply.ts';
import { attempt } from '../plan/disk.ts';
import type { Catalog } from '../plan/project.ts';
import { readPacks } from '../update/record.ts';
import { packLock } from './pack-lock.ts';
import type { PackRequest, Report } from './result.ts';

/**
 * What is asked about packs: those of an app, what one is and may do, whether it keeps its contract; or a new one.
 * @throws DewarError for packs that cannot be had or read.
 */
export async function packCommand(catalog: Catalog, request: PackRequest): Promise<Report> {
  switch (request.action) {
    case 'list':
      return listed(request);
    case 'new':
      return begun(request);
    case 'info':
      return described(catalog, await packOf(request));
    case 'check':
      return checked(catalog, await withCode(await packOf(request), trustingOf(request)));
    case 'lock':
      return packLock(catalog, resolve(request.cwd, request.subject ?? '.'), await packOf(request));
  }
}

async function packOf({ subject = '.', cwd, env }: PackRequest): Promise<ReadPack> {
  const [pack] = await loadNamed([subject], cwd, { root: cwd, env, note: () => {} });
  if (!pack) throw new DewarError('Name a pack.', Exit.usage);
  return pack;
}

function trustingOf({ env, trusted, ask }: PackRequest): Trusting {
  return { env, given: trusted, ...(ask && { ask }) };
}

function listed({ root, env }: PackRequest): Report {
  const packs = readPacks(root).map((pack) => ({ ...pack, copied: kept(env, pack.hash) !== undefined }));
  const consents = readConsents(env);
  const trusted = (hash: string): string => (consents.some((each) => each.hash === hash) ? ', code trusted' : '');
  const lines = packs.map(({ name, version, source, commit, hash }) => {
    return `${name} ${version}  ${source}${commit ? ` at ${commit.slice(0, 12)}` : ''}${trusted(hash)}`;
  });
  const none = `${root} has no packs.`;
  return {
    text: lines.length === 0 ? none : lines.join('\n'),
    data: { root, packs, trusted: consents },
    exit: Exit.done,
  };
}

function begun({ subject, cwd }: PackRequest): Report {
  if (subject === undefined)
    throw new DewarError('Name the folder of the new pack: dewar pack new ./acme-pack', Exit.usage);
  const folder = resolve(cwd, subject);
  const name = basename(folder).replace(/-pack$/, '');
  if (!isId(name) || name === 'app')
    throw new DewarError(`${name} is no name of a pack: lower-case words with "-" between them.`, Exit.usage);
  if (existsSync(folder) && attempt(folder, () => readdirSync(folder)).length > 0)
    throw new DewarError(`${folder} is not empty: name a new folder.`, Exit.usage);
  const files = packSkeleton(name);
  apply(
    folder,
    Object.entries(files).map(([path, content]) => ({ path, content })),
  );
  const text = [...Object.keys(files).map((path) => join(subject, path)), `Next: dewar pack check ${subject}`];
  return { text: text.join('\n'), data: { root: folder, name, files: Object.keys(files) }, exit: Exit.done };
}

/** What a pack is, from its data alone: its code is named and does not run. */
function described(catalog: Catalog, pack: ReadPack): Report {
  const { manifest, origin } = pack;
  const abilities = abilitiesOf(pack);
  const layered = manifest.code ? undefined : compose(catalog, [pack]);
  const own = layered?.packs?.[0];
  const known = catalog.mitigations.map(({ id }) => id);
  const fresh = layered?.mitigations.map(({ id }) => id).filter((id) => !known.includes(id)) ?? [];
  const facts = {
    questions: Object.keys(manifest.questions ?? {}),
    presets: (manifest.presets ?? []).map(({ name }) => name),
    mitigations: fresh,
    replaces: own?.overrides ?? [],
    requires: manifest.policy?.require ?? [],
  };
  const rows = Object.entries(facts).flatMap(([word, items]) =>
    items.length === 0 ? [] : [`  ${word}: ${items.join(', ')}`],
  );
  const text = [
    `${manifest.name} ${manifest.version}: ${manifest.summary}`,
    ...originLines(origin),
    ...rows,
    ...codeLines(abilities),
  ];
  return {
    text: text.join('\n'),
    data: { ...origin, summary: manifest.summary, ...facts, code: abilities },
    exit: Exit.done,
  };
}

function originLines({ source, commit, hash }: PackOrigin): string[] {
  return [`  from: ${source}`, ...(commit === undefined ? [] : [`  commit: ${commit}`]), `  SHA-256: ${hash}`];
}

function codeLines(abilities: readonly string[]): string[] {
  return abilities.length === 0
    ? ['  code: none; nothing of it is run']
    : ['  code:', ...abilities.map((each) => `    - ${each}`)];
}

async function checked(catalog: Catalog, pack: ReadPack): Promise<Report> {
  const { name, version } = pack.manifest;
  const problems = await packProblems(catalog, pack);
  const text = problems.length === 0 ? [`${name} ${version} keeps its contract.`] : problems;
  return {
    text: text.join('\n'),
    data: { name, version, problems },
    exit: problems.length === 0 ? Exit.done : Exit.error,
  };
}
