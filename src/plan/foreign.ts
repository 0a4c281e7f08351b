import { readDependencyFiles } from '../deploy/dependencies.ts';
import type { AppFacts } from '../flask/facts.ts';
import { theirs } from '../flask/theirs.ts';
import { wire } from '../flask/wire.ts';
import type { Attributed } from '../flask/workbench.ts';
import type { Answers, ByHand, EnvironmentChange, PackageGroup, PlanContext } from '../mitigation.ts';
import { stored } from '../source/encoding.ts';
import { applySplices, inOrder } from '../source/splice.ts';
import type { Source } from '../source/text.ts';
import { type Collected, type Contribution, type Contributor, collect } from './collect.ts';
import { type Installed, planPackages } from './dependencies.ts';
import { unfit } from './fit.ts';
import type { Installation } from './install-notes.ts';
import type { Layout } from './layout.ts';
import { order } from './order.ts';
import { inOtherRepositories } from './other-repositories.ts';
import { withoutOverlaps } from './overlaps.ts';
import { besideOwn } from './own-files.ts';
import { platformOf } from './platform.ts';
import { keepPolicies, keepTextPolicies } from './policy.ts';
import { type Catalog, type Choice, type Existing, projectOf } from './project.ts';
import { type RenderedFile, renderFiles } from './render.ts';
import { exemptedBy, packagesOf, toSet, variables } from './told.ts';

/** A package that the defences need, as a list of dependencies writes it. */
export interface WantedPackage {
  readonly name: string;
  readonly range: string;
  readonly group: PackageGroup;
  readonly requirement: string;
}

/** A view, a blueprint or a path that is left out of a check, with the reason. */
export interface Exempted {
  readonly pattern: string;
  readonly why: string;
}

/** What a plan comes to in an app that Dewar did not write. */
export interface Foreign {
  /** Files that Dewar writes whole and manages from then on. */
  readonly owned: readonly RenderedFile[];
  /** Files of the app, before and after their splices. */
  readonly edited: readonly {
    readonly path: string;
    readonly before: string;
    readonly after: string;
    /** What is written: `after` in the encoding of the file. */
    readonly content: string | Uint8Array;
    /** What makes `after` of `before`, in its order. */
    readonly splices: readonly Attributed[];
  }[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
  readonly chosen: readonly string[];
  readonly packages: readonly WantedPackage[];
  readonly exempted: readonly Exempted[];
  /** Variables that the app reads from now on, in the order of the alphabet. */
  readonly environment: readonly EnvironmentChange[];
  /** What brings the new packages in. */
  readonly installation?: Installation;
  /** What has to be installed and set before the app runs. */
  readonly notes: readonly string[];
}

/** An app that Dewar did not write, and where the files of the defences stand in it. */
export interface ForeignApp {
  readonly app: AppFacts;
  readonly layout: Layout;
  /** Files that an earlier `add` wrote. */
  readonly written: ReadonlySet<string>;
  /** Ids of the mitigations that it has by that: none of these is withheld again. */
  readonly has: readonly string[];
}

/** Works out how a choice of mitigations gets into an app that Dewar did not write; writes nothing. */
export async function planForeign(dewar: Catalog, foreign: ForeignApp, choice: Choice): Promise<Foreign> {
  const { app, layout, written, has } = foreign;
  const installed = installedIn(app);
  const catalog = withWirings(dewar, await dewar.existing());
  const { contributions, byHand, chosen } = settle(catalog, { app, installed, written, has }, choice);
  keepPolicies(catalog.packs ?? [], { answers: choice.answers, contributions });
  const wanted = contributions.flatMap(({ change, from }): Attributed[] =>
    change.kind === 'splice' ? [{ ...change, from: [from] }] : [],
  );
  const inPython = ({ file }: Attributed): boolean => app.modules.has(file);
  const code = withoutOverlaps(app, wanted.filter(inPython));
  const wired = await wire(app, {
    ...(layout.security && { security: layout.security }),
    splices: code.splices,
  });
  const packages = await planPackages(installed, contributions);
  const outside = withoutOverlaps(app, withoutInner(wanted.filter((each) => !inPython(each))));
  const splices = [...outside.splices, ...wired.splices, ...packages.splices];
  const environment = variables(contributions);
  const files = besideOwn(renderOwned(catalog, contributions, { choice, layout, chosen }), foreign);
  const { owned } = files;
  keepTextPolicies(catalog.packs ?? [], owned);
  return {
    owned,
    edited: edit(splices, (path) => packages.sources.find((each) => each.path === path) ?? sourceIn(app, path)),
    byHand: [
      ...byHand,
      ...files.byHand,
      ...code.byHand,
      ...outside.byHand,
      ...[...wired.byHand, ...packages.byHand].map((step) => ({ ...step, from: 'app' })),
    ],
    chosen,
    packages: packagesOf(contributions, installed.platform),
    exempted: exemptedBy(contributions),
    environment,
    ...(packages.installation && { installation: packages.installation }),
    notes: [...(packages.installation ? [packages.installation.note] : []), ...toSet(environment)],
  };
}

/** A command that one mitigation replaces needs no edit inside of it by another one. */
function withoutInner(splices: readonly Attributed[]): Attributed[] {
  const end = ({ start, expected }: Attributed): number => start + expected.length;
  const isInside = (inner: Attributed, outer: Attributed): boolean =>
    inner.file === outer.file &&
    inner.expected.length < outer.expected.length &&
    inner.start >= outer.start &&
    end(inner) <= end(outer);
  return splices.filter((each) => !splices.some((other) => isInside(each, other)));
}

/** The lists of dependencies of an app, and what they say that it runs on. */
function installedIn(app: AppFacts): Installed {
  const files = readDependencyFiles(app.root, app.files, app.sites[0]?.file ?? '');
  return { files, platform: platformOf(app, files) };
}

/** The catalog whose plans and templates are also those that only an app gets which Dewar did not write. */
function withWirings(catalog: Catalog, { wirings, templates }: Existing): Catalog {
  const wired = <C extends Contributor>(contributor: C): C => ({
    ...contributor,
    plan: function* (context: PlanContext) {
      yield* contributor.plan(context);
      if (context.app) yield* wirings[contributor.id]?.({ ...context, app: context.app }) ?? [];
    },
  });
  return {
    ...catalog,
    app: wired(catalog.app),
    mitigations: catalog.mitigations.map(wired),
    templates: { ...catalog.templates, ...templates },
  };
}

interface Settled extends Collected {
  readonly chosen: readonly string[];
}

interface Settling extends Pick<ForeignApp, 'app' | 'written' | 'has'> {
  readonly installed: Installed;
}

/** Collects the plans of what the app can live with: a mitigation that is withheld takes those along that need it. */
function settle(catalog: Catalog, settling: Settling, { answers, chosen }: Choice): Settled {
  const { app, installed, written, has } = settling;
  const ordered = order(catalog.mitigations, chosen);
  const contributors = [catalog.app, ...ordered];
  const templates = Object.keys(catalog.templates);
  const collected = collect({ contributors, answers, templates, app: theirs(app, written), written });
  const ids = ordered.map(({ id }) => id);
  const tooOld = unfit(ids, collected.contributions, installed.platform);
  const others = collected.byHand.filter(({ from }) => !tooOld.some((each) => each.from === from));
  const elsewhere = inOtherRepositories(app.root, collected.contributions);
  const byHand = [...tooOld, ...elsewhere, ...others];
  const steps = byHand.filter(({ withholds, from }) => withholds && !has.includes(from));
  const needed = collected.contributions.some(({ from }) => from !== catalog.app.id);
  if (steps.length === 0) return { ...collected, chosen: needed ? ids : [] };
  const withheld = new Set(steps.map(({ from }) => from));
  const rest = ids.filter((id) => !order(catalog.mitigations, [id]).some((needed) => withheld.has(needed.id)));
  const settled = settle(catalog, settling, { answers, chosen: rest });
  return { ...settled, byHand: [...byHand.filter(({ from }) => withheld.has(from)), ...settled.byHand] };
}

interface Owned {
  readonly choice: Choice;
  readonly layout: Layout;
  readonly chosen: readonly string[];
}

function renderOwned(catalog: Catalog, contributions: readonly Contribution[], owned: Owned): RenderedFile[] {
  const { choice, layout, chosen } = owned;
  return renderFiles({
    contributions: contributions.filter(({ change }) => change.kind !== 'splice').map(unbound),
    templates: catalog.templates,
    locks: catalog.locks,
    answers: choice.answers,
    project: projectOf(choice.answers),
    layout,
    chosen,
    // In its own module, whatever the app does about its tiers.
    tiered: true,
  });
}

/** An existing app has no module for extensions of ours: the security module makes its own instance. */
function unbound({ from, change }: Contribution): Contribution {
  if (change.kind !== 'register') return { from, change };
  const { instance: _, ...own } = change;
  return { from, change: own };
}

function edit(splices: readonly Attributed[], sourceOf: (path: string) => Source): Foreign['edited'] {
  const paths = [...new Set(splices.map(({ file }) => file))].sort();
  return paths.map((path) => {
    const source = sourceOf(path);
    const own = together(splices.filter(({ file }) => file === path));
    const after = applySplices(source, own);
    return { path, before: source.text, after, content: stored(after, source.encoding), splices: inOrder(own) };
  });
}

/** An edit that several want is one edit. */
function together(splices: readonly Attributed[]): readonly Attributed[] {
  const wanted = new Map<string, Attributed>();
  for (const each of splices) {
    const key = `${each.start} ${each.expected.length} ${each.insert}`;
    const from = new Set([...(wanted.get(key)?.from ?? []), ...each.from]);
    wanted.set(key, { ...each, from: [...from].sort() });
  }
  return [...wanted.values()];
}

function sourceIn(app: AppFacts, path: string): Source {
  const source = app.source(path);
  if (!source) throw new TypeError(`A splice names ${path}, which was not read.`);
  return source;
}

/** The answers about an app that Dewar did not write: what it is called, and where its pipeline runs, is read, not asked. */
export function foreignAnswers({ sites: [site], files }: Pick<AppFacts, 'sites' | 'files'>): Answers {
  const [name = ''] = site?.target.split('.') ?? [];
  const gitlab = files.includes('.gitlab-ci.yml') && !files.some((path) => path.startsWith('.github/workflows/'));
  return { name, package: name, ...(gitlab && { ci: 'gitlab' }) };
}
