import type { Answers, Mitigation, Wiring } from '../mitigation.ts';
import type { Pack, PackOrigin } from '../pack.ts';
import { version } from '../version.ts';
import { relevantAnswers } from './answers.ts';
import { type Collected, type Contributor, collect } from './collect.ts';
import { type Layout, newLayout } from './layout.ts';
import type { LockTable } from './lock.ts';
import { order } from './order.ts';
import { keepPolicies, keepTextPolicies } from './policy.ts';
import { type Project, type RenderedFile, renderFiles, type Templates } from './render.ts';

/** All that Dewar can write: the base app, the mitigations and their compiled templates. */
export interface Catalog {
  readonly app: Pick<Mitigation, 'id' | 'plan' | 'questions'>;
  readonly mitigations: readonly Mitigation[];
  readonly templates: Templates;
  /** Read when a template asks for it. */
  readonly locks: () => LockTable;
  /** The places of all templates in which plans put lines; only packs look at them. */
  readonly slots: () => readonly string[];
  /** What only an app needs that Dewar did not write; loaded when there is one. */
  readonly existing: () => Promise<Existing>;
  /** What is laid over Dewar's own, in this order; templates, questions and mitigations of packs are among the others. */
  readonly packs?: readonly Pack[];
}

/** What goes into an app that Dewar did not write, besides the plans that a new one gets too. */
export interface Existing {
  /** By the id of the declaration. */
  readonly wirings: Readonly<Record<string, Wiring>>;
  /** Those below `existing/`. */
  readonly templates: Templates;
}

/** The answers that settle a project and the ids of its mitigations. */
export interface Choice {
  readonly answers: Answers;
  readonly chosen: readonly string[];
}

/** A project as Dewar would write it today. */
export interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly byHand: Collected['byHand'];
  /** The chosen mitigations with all that they need, in catalog order. */
  readonly chosen: readonly string[];
  /** The answers that had a say. */
  readonly answers: Answers;
}

/** What a record says of the packs of a catalog: nothing where there are none. */
export function recordedPacks({ packs = [] }: Catalog): { readonly packs?: readonly PackOrigin[] } {
  return packs.length === 0 ? {} : { packs: packs.map(({ origin }) => origin) };
}

/**
 * Renders a whole project in memory: the same answers give the same bytes, in whatever order they were chosen. An answer
 * to a question of what is not chosen has no say, so that the recorded answers give the same bytes again.
 */
export function renderProject(catalog: Catalog, choice: Choice, layout?: Layout): Rendered {
  const ordered = order(catalog.mitigations, choice.chosen);
  const ids = new Set(ordered.map(({ id }) => id));
  const chosen = catalog.mitigations.filter(({ id }) => ids.has(id));
  const answers = relevantAnswers(
    [catalog.app, ...chosen].map(({ questions }) => questions),
    choice.answers,
  );
  const contributors: Contributor[] = [catalog.app, ...(catalog.packs ?? []), ...ordered];
  const { contributions, byHand } = collect({ contributors, answers, templates: Object.keys(catalog.templates) });
  keepPolicies(catalog.packs ?? [], { chosen: ordered.map(({ id }) => id), answers, contributions });
  const files = renderFiles({
    contributions,
    templates: catalog.templates,
    locks: catalog.locks,
    answers,
    project: projectOf(answers),
    layout: layout ?? newLayout(answers),
    chosen: ordered.map(({ id }) => id),
    tiered: ids.has('config'),
  });
  keepTextPolicies(catalog.packs ?? [], files);
  return { files, byHand, chosen: chosen.map(({ id }) => id), answers };
}

/** What templates say about a project, from the answers of the base app. */
export function projectOf(answers: Answers): Project {
  const title = String(answers['name']);
  const name = String(answers['package']);
  // Also the name of a user, a host and of Kubernetes objects: no hyphen at its ends.
  const slug =
    name
      .replaceAll('_', '-')
      .replace(/^-+|-+$/g, '')
      .toLowerCase() || 'app';
  const up = String(answers['folder'] ?? '').replace(/[^/]+\/?/g, '../');
  return { title, slug, package: name, up, dewar: version };
}
