import { DewarError } from '../error.ts';
import type { Answers, PackageGroup } from '../mitigation.ts';
import { closeGaps } from './blank.ts';
import type { Contribution } from './collect.ts';
import { type Layout, resolvePlace } from './layout.ts';
import { type LockTable, lockedGroups } from './lock.ts';
import { lower } from './lower.ts';
import { fillSlots } from './slots.ts';

/** What a compiled template is given. */
export interface Locals {
  readonly answers: Answers;
  readonly project: Project;
  readonly has: Readonly<Record<string, boolean>>;
  readonly slot: (name: string) => string;
  /** Exact versions and hashes for all that the packages of these groups need. */
  readonly lock: (...groups: PackageGroup[]) => string;
}

/** What most templates say about the app. */
export interface Project {
  readonly title: string;
  readonly slug: string;
  /** Import name of the app's package. */
  readonly package: string;
  /** Leads from the app to the root of its repository: `../` for each folder between. */
  readonly up: string;
  /** Version of this Dewar. */
  readonly dewar: string;
}

/** A compiled template, the text of a file that has no tags, or the bytes of one that is no text. */
export type Template = string | Uint8Array | ((locals: Locals) => string);
export type Templates = Readonly<Record<string, Template>>;

/** A file of the app as Dewar writes it, with the declaration it comes from. */
export interface RenderedFile {
  readonly path: string;
  readonly text: string;
  /** All of a file that is no text; its text is empty. */
  readonly bytes?: Uint8Array;
  readonly executable: boolean;
  readonly origin: string;
}

export interface RenderRequest {
  readonly contributions: readonly Contribution[];
  readonly templates: Templates;
  readonly locks: () => LockTable;
  readonly answers: Answers;
  readonly project: Project;
  readonly layout: Layout;
  /** Ids of all that is chosen. */
  readonly chosen: readonly string[];
  /** The settings of each tier have a place of their own. */
  readonly tiered: boolean;
}

/** Renders every file of the contributions, sorted by path; pure. */
export function renderFiles(request: RenderRequest): RenderedFile[] {
  const { contributions, templates, locks, answers, project, layout, chosen, tiered } = request;
  const has = Object.fromEntries(chosen.map((id) => [id, true]));
  const lowered = lower(contributions, tiered);
  let slots: ReadonlyMap<string, string> = new Map();
  const locals: Locals = {
    answers,
    project,
    has,
    slot: (name) => slots.get(name) ?? '',
    lock: (...groups) =>
      lockedGroups(locks(), { contributions, groups, tool: answers['deps'] === 'uv' ? 'uv' : 'pip' }),
  };
  const render = (name: string): string => {
    const template = templates[name];
    if (template === undefined || template instanceof Uint8Array) throw new TypeError(`There is no text ${name}.`);
    return typeof template === 'string' ? template : template(locals);
  };
  slots = fillSlots(lowered.entries, render);
  const files = lowered.files.map((file): RenderedFile => {
    const path = resolvePlace(file.place, layout).replace('__slug__', project.slug);
    const bytes = templates[file.template];
    if (bytes instanceof Uint8Array) return { path, text: '', bytes, executable: false, origin: file.from };
    const text = closeGaps(render(file.template));
    return { path, text, executable: text.startsWith('#!'), origin: file.from };
  });
  refuseDoubles(files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function refuseDoubles(files: readonly RenderedFile[]): void {
  const seen = new Map<string, string>();
  for (const { path, origin } of files) {
    const first = seen.get(path);
    if (first !== undefined) throw new DewarError(`${first} and ${origin} both write ${path}: leave one of them out.`);
    seen.set(path, origin);
  }
}
