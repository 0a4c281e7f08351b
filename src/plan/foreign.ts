import type { AppFacts, AppSite } from '../flask/facts.ts';
import { layoutOf } from '../flask/layout.ts';
import { wire } from '../flask/wire.ts';
import type { ByHand, FileChange, RegisterChange, SettingChange, SpliceChange } from '../mitigation.ts';
import { applySplices } from '../source/splice.ts';
import type { Source } from '../source/text.ts';
import { type Contribution, collect } from './collect.ts';
import { planPackages } from './dependencies.ts';
import type { Layout } from './layout.ts';
import { order } from './order.ts';
import { type Catalog, type Choice, projectOf } from './project.ts';
import { type RenderedFile, renderFiles } from './render.ts';

/** What a plan comes to in an app that Dewar did not write. */
export interface Foreign {
  /** Files that Dewar writes whole and manages from then on. */
  readonly owned: readonly RenderedFile[];
  /** Files of the app, before and after their splices. */
  readonly edited: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
  readonly chosen: readonly string[];
  /** What has to be installed and set before the app runs. */
  readonly notes: readonly string[];
}

/** Works out how a choice of mitigations gets into an app that Dewar did not write; writes nothing. */
export async function planForeign(catalog: Catalog, app: AppFacts, choice: Choice): Promise<Foreign> {
  const ordered = order(catalog.mitigations, choice.chosen);
  const { contributions, byHand } = collect({
    contributors: ordered,
    answers: choice.answers,
    templates: Object.keys(catalog.templates),
    app,
  });
  const layout = layoutOf(app);
  const wired = await wire(app, [...wiring(contributions), ...settings(contributions)], {
    modules: new Set(['security']),
  });
  const packages = planPackages(app, contributions);
  const splices = [
    ...contributions.flatMap(({ change }) => (change.kind === 'splice' ? [change] : [])),
    ...wired.splices,
    ...packages.splices,
  ];
  return {
    owned: renderOwned(catalog, contributions, { choice, layout, chosen: ordered.map(({ id }) => id) }),
    edited: edit(splices, (path) => (path === packages.source?.path ? packages.source : sourceIn(app, path))),
    byHand: [...byHand, ...[...wired.byHand, ...packages.byHand].map((step) => ({ ...step, from: 'app' }))],
    chosen: ordered.map(({ id }) => id),
    notes: [...packages.notes, ...variables(contributions)],
  };
}

/** A secret that the app now reads has no default, so it must be set wherever the app serves. */
function variables(contributions: readonly Contribution[]): string[] {
  return contributions.flatMap(({ change }) => {
    if (change.kind !== 'setting' || typeof change.value === 'string' || change.value.type !== 'secret') return [];
    return [`Set ${change.value.variable} where the app serves: ${change.why}`];
  });
}

/** One call of the security package, whose visible list is in the order of the defences, as in a new app. */
function wiring(contributions: readonly Contribution[]): RegisterChange[] {
  const registers = contributions.some(({ change }) => change.kind === 'register');
  return registers ? [{ kind: 'register', module: 'security', order: 0, why: 'The defences, in their order.' }] : [];
}

function settings(contributions: readonly Contribution[]): SettingChange[] {
  return contributions.flatMap(({ change }) => (change.kind === 'setting' ? [change] : []));
}

interface Owned {
  readonly choice: Choice;
  readonly layout: Layout;
  readonly chosen: readonly string[];
}

function renderOwned(catalog: Catalog, contributions: readonly Contribution[], owned: Owned): RenderedFile[] {
  const { choice, layout, chosen } = owned;
  const shared = ['security/__init__.py'].map((path): Contribution => {
    const change: FileChange = { kind: 'file', place: `package/${path}`, template: `app/package/${path}` };
    return { from: 'app', change };
  });
  const registers = contributions.some(({ change }) => change.kind === 'register');
  const rendered = contributions.filter(({ change }) => change.kind !== 'splice').map(unbound);
  return renderFiles({
    contributions: registers ? [...shared, ...rendered] : rendered,
    templates: catalog.templates,
    locks: catalog.locks,
    answers: choice.answers,
    project: projectOf(choice.answers),
    layout,
    chosen,
  });
}

/** An existing app has no module for extensions of ours: the security module makes its own instance. */
function unbound({ from, change }: Contribution): Contribution {
  if (change.kind !== 'register') return { from, change };
  const { instance: _, ...own } = change;
  return { from, change: own };
}

function edit(splices: readonly SpliceChange[], sourceOf: (path: string) => Source): Foreign['edited'] {
  const paths = [...new Set(splices.map(({ file }) => file))].sort();
  return paths.map((path) => {
    const source = sourceOf(path);
    const own = splices.filter(({ file }) => file === path);
    return { path, before: source.text, after: applySplices(source, own) };
  });
}

function sourceIn(app: AppFacts, path: string): Source {
  const source = app.modules.get(path)?.source ?? app.templates.find((each) => each.path === path)?.source;
  if (!source) throw new TypeError(`A splice names ${path}, which was not read.`);
  return source;
}

/** The answers about an app that Dewar did not write: what it is called is read, not asked. */
export function foreignAnswers(site: AppSite): { readonly name: string; readonly package: string } {
  const [name = site.target] = site.target.split('.');
  return { name, package: name };
}
