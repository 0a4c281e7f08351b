import type { ContentNeed } from '../../src/flask/content/placed.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { digestOf } from '../../src/jinja/content/digest.ts';

/** Code that stands in a page. */
export type Code = ContentNeed & { readonly is: 'inline' };

/**
 * How a policy lets code of a page run: by a nonce in its tag, by a filter around the attribute that it stands in, by
 * its hash, or, for want of all these, only by letting all such code run.
 */
export type Treatment = 'nonce' | 'filter' | 'hash' | 'open';

/** More hashes than these make a header that proxies refuse. */
const maxHashes = 16;

/** Finds for each piece of code the narrowest way that works. */
export function treatments(app: AppFacts): ReadonlyMap<Code, Treatment> {
  const code = app.content.filter((need): need is Code => need.is === 'inline' && need.kind !== 'style-attribute');
  const pages = pagesOf(app);
  const first = new Map(code.map((need) => [need, best(need, pages)] as const));
  const hashed = code.filter((need) => first.get(need) === 'hash');
  if (!tooMany(hashed)) return first;
  // What nothing but a hash serves comes first: the others then count no more, also when this is worked out again.
  const only = hashed.filter((need) => other(need, pages) === 'open');
  const kept = new Set(tooMany(only) ? [] : only);
  return new Map(
    code.map((need) => {
      const way = first.get(need) ?? 'open';
      return [need, way === 'hash' && !kept.has(need) ? other(need, pages) : way];
    }),
  );
}

function tooMany(hashed: readonly Code[]): boolean {
  return new Set(hashed.map(hashOf)).size > maxHashes;
}

/** The hash that allows this very code. */
export function hashOf({ code = '' }: Code): string {
  return digestOf(code);
}

interface Pages {
  /** Answers are kept and sent again, with the nonces and hashes of the first time. */
  readonly cached: boolean;
  readonly isFragment: (file: string) => boolean;
}

function best(need: Code, pages: Pages): Treatment {
  const lasting = !pages.cached && !pages.isFragment(need.file);
  if (lasting && /^(script|style)$/.test(need.kind) && (need.marked || need.mark !== undefined)) return 'nonce';
  if (need.code !== undefined) return 'hash';
  return other(need, pages);
}

function other(need: Code, pages: Pages): Treatment {
  const lasting = !pages.cached && !pages.isFragment(need.file);
  return lasting && !/^(script|style)$/.test(need.kind) && (need.marked || need.value) ? 'filter' : 'open';
}

/**
 * A part of a page that scripts fetch and put in is held to the policy of the page: a template that a view renders and
 * that has neither a head nor a layout.
 */
function pagesOf(app: AppFacts): Pages {
  const rendered = new Set(app.renders.flatMap(({ templates }) => templates));
  const included = app.templates.map(({ source }) => source.text).join('\n');
  const fragments = new Set(
    app.templates
      .filter(({ path, source: { text } }) => {
        const named = [...rendered].some((name) => path === name || path.endsWith(`/${name}`));
        return named && !/<html|<!doctype|<body|<head|\{%-?\s*extends\b/i.test(text);
      })
      .filter(({ path }) => !new RegExp(`include\\s+["'][^"']*${escaped(path.split('/').at(-1) ?? '')}`).test(included))
      .map(({ path }) => path),
  );
  const fetches = /\$\.(get|ajax|post)\b|\.load\(|\bhx-(get|post)\b|turbo-frame|fetch\(|XMLHttpRequest/;
  const fetched = fetches.test(included);
  return {
    cached: app.routes.some(({ decorators }) => decorators.some((each) => /(^|\.)cached$/.test(each))),
    isFragment: (file) => fetched && fragments.has(file),
  };
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
