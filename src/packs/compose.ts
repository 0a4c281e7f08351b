import { DewarError, Exit } from '../error.ts';
import type { Answers, Audit, Mitigation, Questions } from '../mitigation.ts';
import type { Pack, PackOrigin, Policy } from '../pack.ts';
import { order } from '../plan/order.ts';
import type { Catalog } from '../plan/project.ts';
import type { Templates } from '../plan/render.ts';
import { slotsIn } from '../plan/slots.ts';
import { statedAnswers } from './answers.ts';
import { boundPlan, boundQuestions, type Plannable } from './bind.ts';
import { type Contents, manifestFile, textOf } from './contents.ts';
import type { Names } from './language/check.ts';
import { readTemplate } from './language/template.ts';
import { locksOver, refuseUnlocked } from './locks.ts';
import type { Manifest } from './manifest.ts';
import { auditOf, type OwnMitigation, ownMitigations } from './mitigations.ts';
import { type Placed, placedTemplates } from './templates.ts';
import { refuseUnfit } from './unfit.ts';

/** A pack that was read. */
export interface ReadPack {
  readonly contents: Contents;
  readonly manifest: Manifest;
  readonly origin: PackOrigin;
}

/**
 * Lays packs over a catalog, in their order: questions, defaults, templates, mitigations and plans become those of the
 * catalog, so that every command works on the result as on Dewar's own.
 * @throws DewarError with file and line for whatever in a pack does not fit.
 */
export function compose(catalog: Catalog, packs: readonly ReadPack[]): Catalog {
  return packs.reduce(layered, catalog);
}

/** What one pack brings, while it is laid over a catalog. */
export interface Layer {
  readonly read: ReadPack;
  readonly own: readonly OwnMitigation[];
  readonly placed: readonly Placed[];
}

function layered(catalog: Catalog, read: ReadPack): Catalog {
  const { contents, manifest } = read;
  const own = ownMitigations(contents);
  const placed = placedTemplates(contents, manifest.name, catalog.templates);
  const layer: Layer = { read, own, placed };
  refuseUnfit(catalog, layer);
  const names = namesOf(catalog, layer);
  const defaults = statedAnswers(names.questions, manifest.answers ?? {}, `answers in ${manifestFile}`);
  const locks = locksOver(catalog.locks, contents);
  const declared: Plannable[] = [manifest, ...own.map((each) => each.declared)];
  for (const { changes = [] } of declared) refuseUnlocked(changes, locks());
  const questions = { ...catalog.app.questions, ...boundQuestions(manifest.questions ?? {}, names) };
  const mitigations = [...catalog.mitigations, ...own.map((each) => boundMitigation(each, layer, names))];
  refuseDisorder(mitigations, manifest.name);
  return {
    app: { ...catalog.app, questions: withDefaults(questions, defaults) },
    mitigations: sorted(mitigations).map((each) => ({ ...each, questions: withDefaults(each.questions, defaults) })),
    templates: { ...catalog.templates, ...readTemplates(layer, names) },
    locks,
    existing: catalog.existing,
    slots: () => [...names.slots],
    packs: [...(catalog.packs ?? []), packOf(layer, names)],
  };
}

/** As Dewar's own catalog is: so that the place of a mitigation does not depend on where it comes from. */
function sorted(mitigations: readonly Mitigation[]): Mitigation[] {
  return [...mitigations].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every name that a template of this pack may use: those of Dewar, of the packs below, and its own. */
function namesOf(catalog: Catalog, { read, own, placed }: Layer): Names {
  const { contents, manifest } = read;
  const declared = [manifest, ...own.map((each) => each.declared)].flatMap(({ questions = {} }) =>
    Object.entries(questions),
  );
  const plain = declared.filter(([, question]) => question.plain).map(([key]) => key);
  const below: Questions[] = [catalog.app, ...catalog.mitigations].map(({ questions }) => questions);
  const fresh = placed.filter(({ overrides }) => !overrides);
  return {
    questions: Object.assign({}, ...below, Object.fromEntries(declared.map(([key, { question }]) => [key, question]))),
    mitigations: [...catalog.mitigations, ...own].map(({ id }) => id),
    slots: new Set([...catalog.slots(), ...fresh.flatMap(({ file }) => slotsIn(textOf(contents, file)))]),
    plain: new Set(['package', 'folder', ...(catalog.packs ?? []).flatMap((pack) => pack.plain), ...plain]),
    items: [],
  };
}

function readTemplates({ read, placed }: Layer, names: Names): Templates {
  const pairs = placed.map(({ file, name }) => {
    return [name, readTemplate({ file, line: 1 }, textOf(read.contents, file), names)] as const;
  });
  return Object.fromEntries(pairs);
}

function boundMitigation({ id, declared }: OwnMitigation, { placed }: Layer, names: Names): Mitigation {
  const { title, weaknesses, asvs, threats, needs, after, questions = {} } = declared;
  const facts = { id, title, weaknesses, asvs, threats, ...(needs && { needs }), ...(after && { after }) };
  const plan = boundPlan(id, declared, { names, templates: templatesOf(id, placed) });
  return { ...facts, questions: boundQuestions(questions, names), plan };
}

function packOf({ read, own, placed }: Layer, names: Names): Pack {
  const { manifest, origin } = read;
  const { name, presets = [] } = manifest;
  const where = (what: string): string => `${what} in ${manifestFile}`;
  const audits = own.flatMap(({ id, declared }): [string, Audit][] =>
    declared.extension === undefined ? [] : [[id, auditOf(id, declared.extension)]],
  );
  return {
    id: name,
    origin,
    policy: policyOf(manifest, names),
    presets: presets.map(({ answers = {}, without = [], ...rest }) => ({
      ...rest,
      answers: statedAnswers(names.questions, answers, where(`preset ${rest.name}`)),
      without,
    })),
    overrides: placed.filter(({ overrides }) => overrides).map((each) => each.name),
    plain: [...names.plain],
    audits: Object.fromEntries(audits),
    plan: boundPlan(name, manifest, { names, templates: templatesOf(name, placed) }),
  };
}

function policyOf({ policy = {} }: Manifest, names: Names): Policy {
  const { require = [], answers = {}, rules = [], settings = [], texts = [] } = policy;
  return {
    require,
    rules,
    settings,
    texts,
    answers: statedAnswers(names.questions, answers, `policy.answers in ${manifestFile}`),
  };
}

function templatesOf(owner: string, placed: readonly Placed[]): string[] {
  const own = placed.filter(({ name, overrides }) => !overrides && name.startsWith(`${owner}/`));
  return own.map(({ name }) => name.slice(owner.length + 1));
}

function withDefaults(questions: Questions, defaults: Answers): Questions {
  const pairs = Object.entries(questions).map(([key, question]) => {
    const value = defaults[key];
    return [key, value === undefined ? question : { ...question, default: value }];
  });
  return Object.fromEntries(pairs);
}

/** A need that nobody meets, or a circle, is found when the pack is loaded and not when it is used. */
function refuseDisorder(mitigations: readonly Mitigation[], pack: string): void {
  try {
    order(
      mitigations,
      mitigations.map(({ id }) => id),
    );
  } catch (error) {
    if (error instanceof DewarError) throw new DewarError(`The pack ${pack}: ${error.message}`, Exit.usage);
    throw error;
  }
}
