import { traits } from '../../src/flask/content/known-scripts.ts';
import { knownValues } from '../../src/flask/content/known-values.ts';
import type { ContentNeed } from '../../src/flask/content/placed.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { redirectSources } from './redirects.ts';
import { type Source, sourcesOf } from './sources.ts';
import { type Code, hashOf, treatments } from './treatment.ts';

const inline = "'unsafe-inline'";
const self = "'self'";

/** What a policy allows, and what it must allow for want of something better. */
export interface Policy {
  /** Sources by directive, each with the needs that it is for. */
  readonly directives: ReadonlyMap<string, ReadonlyMap<string, readonly ContentNeed[]>>;
  /** Code that runs only where all such code may. */
  readonly open: readonly Code[];
  readonly framesItself: boolean;
}

/** Works out what an app's pages must be allowed, and nothing else. */
export function policyOf(app: AppFacts): Policy {
  const known = knownValues(app);
  const ways = treatments(app);
  const loads = app.content.flatMap((need) => (need.is === 'load' ? sourcesOf(need, known) : []));
  const all = [...basis, ...loads, ...ofCode(ways), ...ofDeeds(app), ...redirectSources(app)];
  const framesItself = loads.some(({ directive, source }) => /^(frame|object)-src$/.test(directive) && source === self);
  const directives = grouped([
    ...all,
    ...closed(all),
    { directive: 'frame-ancestors', source: framesItself ? self : "'none'" },
  ]);
  const open = [...ways].flatMap(([need, way]) => (way === 'open' && need.kind !== 'style' ? [need] : []));
  return { directives, open, framesItself };
}

/** What every app may have: its own files, and pictures that stand in a style sheet. */
const basis: readonly Source[] = [
  ['default-src', self],
  ['script-src', self],
  ['style-src', self],
  ['img-src', self, 'data:'],
  ['font-src', self],
  ['connect-src', self],
  ['form-action', self],
].flatMap(([directive = '', ...sources]) => sources.map((source) => ({ directive, source })));

/** What no page uses is forbidden. */
function closed(all: readonly Source[]): Source[] {
  const none = ['object-src', 'base-uri'].filter((name) => !all.some(({ directive }) => directive === name));
  const own = ['frame-src', 'media-src', 'worker-src'].filter((name) =>
    all.some(({ directive }) => directive === name),
  );
  return [
    ...none.map((directive) => ({ directive, source: "'none'" })),
    ...own.map((directive) => ({ directive, source: self })),
  ];
}

const openly: Readonly<Record<string, string>> = { style: 'style-src', handler: 'script-src-attr' };

function ofCode(ways: ReadonlyMap<Code, string>): Source[] {
  return [...ways].flatMap(([need, way]): Source[] => {
    const directive = need.kind === 'style' ? 'style-src' : 'script-src';
    if (way === 'open') return [{ directive: openly[need.kind] ?? 'script-src', source: inline, for: need }];
    if (way !== 'hash') return [];
    const attribute = /^(handler|script-address)$/.test(need.kind);
    return [
      ...(attribute ? [{ directive, source: "'unsafe-hashes'" }] : []),
      { directive, source: hashOf(need), for: need },
    ];
  });
}

/** What scripts do, and what the text of users may hold. */
function ofDeeds(app: AppFacts): Source[] {
  const deeds = app.content.flatMap((need): Source[] => {
    if (need.is === 'inline' && need.kind === 'style-attribute')
      return [{ directive: 'style-src-attr', source: inline, for: need }];
    if (need.is === 'load' && need.kind === 'script')
      return (traits(need.address)?.deeds ?? []).map((kind) => deed(kind, need));
    return need.is === 'deed' ? [deed(need.kind, need)] : [];
  });
  const shown = app.outputs.some(
    ({ role, filters, escaped }) => role === 'production' && (filters.includes('safe') || !escaped),
  );
  return shown
    ? [...deeds, { directive: 'img-src', source: 'https:' }, { directive: 'style-src-attr', source: inline }]
    : deeds;
}

function deed(kind: 'evaluates' | 'styles', need: ContentNeed): Source {
  return kind === 'evaluates'
    ? { directive: 'script-src', source: "'unsafe-eval'", for: need }
    : { directive: 'style-src', source: inline, for: need };
}

function grouped(all: readonly Source[]): Map<string, Map<string, ContentNeed[]>> {
  const found = new Map<string, Map<string, ContentNeed[]>>();
  for (const { directive, source, for: need } of all) {
    const sources = found.get(directive) ?? new Map<string, ContentNeed[]>();
    found.set(directive, sources.set(source, [...(sources.get(source) ?? []), ...(need ? [need] : [])]));
  }
  for (const [name, sources] of found) if (sources.has(inline)) withoutHashes(found, name, sources);
  return found;
}

/** Where all inline code may run, a hash would take that back; and what holds for elements holds for attributes. */
function withoutHashes(
  found: Map<string, Map<string, ContentNeed[]>>,
  name: string,
  sources: Map<string, ContentNeed[]>,
): void {
  for (const source of sources.keys()) if (/^'(sha256-|unsafe-hashes)/.test(source)) sources.delete(source);
  found.delete(`${name}-attr`);
}
