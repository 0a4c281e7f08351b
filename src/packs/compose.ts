import { DewarError, Exit } from '../error.ts';
import type { Answers, Audit, Mitigation, Questions } from '../mitigation.ts';
import type { Pack, Policy } from '../pack.ts';
import { order } from '../plan/order.ts';
import type { Catalog } from '../plan/project.ts';
import type { Template, Templates } from '../plan/render.ts';
import { slotsIn } from '../plan/slots.ts';
import { statedAnswers } from './answers.ts';
import { boundPlan, boundQuestions, type Plannable } from './bind.ts';
import { type Contents, isBinary, manifestFile, textOf } from './contents.ts';
import type { Names } from './language/check.ts';
import { readTemplate } from './language/template.ts';
import { type Layer, madeBy, type ReadPack } from './layer.ts';
import { locksOver, refuseUnlocked } from './locks.ts';
import type { Manifest } from './manifest.ts';
import { auditOf, type OwnMitigation, ownMitigations } from './mitigations.ts';
import { type Placed, placedTemplates } from './templates.ts';
import { refuseUnfit } from './unfit.ts';

/**
 * Lays packs over a catalog, in their order: questions, defaults, templates, mitigations and plans become those of the
 * catalog, so that every command works on the result as on Dewar's own.
 * @throws DewarError with file and line for whatever in a pack does not fit.
 */
export function compose(catalog: Catalog, packs: readonly ReadPack[]): Catalog {
  return packs.reduce(layered, catalog);
}

function layered(catalog: Catalog, read: ReadPack): Catalog {
  const { contents, manifest } = read;
  const inCode = (read.code?.mitigations ?? []).map(({ id }) => id);
  const own = ownMitigations(contents, inCode);
  const placed = placedTemplates(contents, manifest.name, catalog.templates);
  const layer: Layer = { read, own, placed };
  refuseUnfit(catalog, layer);
  const names = namesOf(catalog, layer);
  const defaults = statedAnswers(names.questions, manifest.answers ?? {}, `answers in ${manifestFile}`);
  const locks = locksOver(catalog.locks, contents);
  const declared: Plannable[] = [manifest, ...own.map((each) => each.declared)];
  for (const { changes = [] } of declared) refuseUnlocked(changes, locks());
  const questions = { ...catalog.app.questions, ...boundQuestions(manifest.questions ?? {}, names) };
  const data = own.map((each) => boundMitigation(each, layer, names));
  const mitigations = [...catalog.mitigations, ...data, ...madeBy(layer)];
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
function namesOf(catalog: Catalog, layer: Layer): Names {
  const { read, own, placed } = layer;
  const { contents, manifest } = read;
  const declared = [manifest, ...own.map((each) => each.declared)].flatMap(({ questions = {} }) =>
    Object.entries(questions),
  );
  const plain = declared.filter(([, question]) => question.plain).map(([key]) => key);
  const others = [catalog.app, ...catalog.mitigations, ...madeBy(layer)];
  const below: Questions[] = others.map(({ questions }) => questions);
  const fresh = placed.filter(({ overrides }) => !overrides);
  return {
    questions: Object.assign({}, ...below, Object.fromEntries(declared.map(([key, { question }]) => [key, question]))),
    mitigations: [...catalog.mitigations, ...own, ...madeBy(layer)].map(({ id }) => id),
    slots: new Set([...catalog.slots(), ...fresh.flatMap(({ file }) => slotsOf(contents, file))]),
    plain: new Set(['package', 'folder', ...(catalog.packs ?? []).flatMap((pack) => pack.plain), ...plain]),
    items: [],
  };
}

function readTemplates({ read, placed }: Layer, names: Names): Templates {
  const compile = read.code?.compile ?? ((file: string, text: string) => readTemplate({ file, line: 1 }, text, names));
  const pairs = placed.map(({ file, name }) => [name, templateOf(read.contents, file, compile)] as const);
  return Object.fromEntries(pairs);
}

function templateOf(contents: Contents, file: string, compile: (file: string, text: string) => Template): Template {
  const bytes = contents.get(file);
  return bytes && isBinary(contents, file) ? bytes : compile(file, textOf(contents, file));
}

function slotsOf(contents: Contents, file: string): readonly string[] {
  return isBinary(contents, file) ? [] : slotsIn(textOf(contents, file));
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
    audits: { ...Object.fromEntries(audits), ...read.code?.audits },
    migrations: {
      ...Object.fromEntries(own.map(({ id, declared }) => [id, declared.migrations ?? []])),
      ...read.code?.migrations,
    },
    plan: both(boundPlan(name, manifest, { names, templates: templatesOf(name, placed) }), read.code?.plan),
    ...(read.code?.afterNew && { afterNew: read.code.afterNew }),
  };
}

function both(data: Pack['plan'], code: Pack['plan'] = () => []): Pack['plan'] {
  return function* plan(context) {
    yield* data(context);
    yield* code(context);
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
