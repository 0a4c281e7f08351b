import { needsOfStyles } from '../../jinja/content/css.ts';
import type { Need } from '../../jinja/content/need.ts';
import { needsOfPage } from '../../jinja/content/page.ts';
import { needsOfScript } from '../../jinja/content/script.ts';
import type { Source } from '../../source/text.ts';
import type { AppFacts } from '../facts.ts';
import { roleOf } from '../files.ts';
import { isMinified, traits } from './known-scripts.ts';
import { type ContentNeed, placed } from './placed.ts';

type Read = (path: string) => Source | undefined;

const folder = /(^|\/)(static|assets|public|www|media)\//i;

/** Pages that come with a library to show it are no pages of the app. */
const shown = /\/(samples?|examples?|demos?)\/(.*\/)?[^/]+\.html?$/i;

/** What the files that the app hands out as they are load and run; scripts only where a page loads them. */
export function needsOfStatic(
  { files }: Pick<AppFacts, 'files'>,
  pages: readonly ContentNeed[],
  read: Read,
): ContentNeed[] {
  const own = files.filter(
    (path) => folder.test(path) && !shown.test(path) && roleOf(path) !== 'test' && roleOf(path) !== 'docs',
  );
  const of = (ending: RegExp, needs: (source: Source) => Need[]): ContentNeed[] =>
    own
      .filter((path) => ending.test(path))
      .flatMap((path) => {
        const source = read(path);
        return source ? needs(source).map((need) => placed(need, source)) : [];
      });
  const html = of(/\.html?$/i, ({ text }) => needsOfPage({ text, html: text, tags: [] }));
  const wanted = loadedScripts([...pages, ...html], own, read);
  return [...html, ...of(/\.css$/i, ({ text }) => needsOfStyles(text)), ...wanted.flatMap(ofScript)];
}

function ofScript(source: Source): ContentNeed[] {
  const known = traits(source.path);
  const found = needsOfScript(source.text);
  const kept = found.filter((need) => {
    if (need.is === 'deed' && need.kind === 'evaluates') return !known;
    // What a library names in its texts is seldom what it loads.
    return need.is !== 'load' || !isMinified(source);
  });
  const deeds = (known?.deeds ?? []).map((kind): Need => ({ is: 'deed', kind, at: 0 }));
  return [...kept, ...deeds].map((need) => placed(need, source));
}

/** The scripts whose names stand in a page's addresses, and those that they import; all of them where an address is computed. */
function loadedScripts(pages: readonly ContentNeed[], own: readonly string[], read: Read): Source[] {
  const addresses = pages.flatMap((need) => (need.is === 'load' && need.kind === 'script' ? [need.address] : []));
  const named = new Set(
    addresses.flatMap((each) => /([\w.@-]+\.m?js)\b/i.exec(each.split('/').at(-1) ?? '')?.[1] ?? []),
  );
  const anything = addresses.some((each) => /\{\{/.test(each) && !/\.m?js\b/i.test(each));
  const scripts = own.filter((path) => /\.m?js$/i.test(path));
  const loaded = new Map<string, Source>();
  const queue = scripts.filter(
    (path) => named.has(base(path)) || (anything && !/\.min\.|(^|\/)(vendor|libs?|plugins)\//.test(path)),
  );
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const source = loaded.has(path) ? undefined : read(path);
    if (!source) continue;
    loaded.set(path, source);
    const imports = new Set(
      [...source.text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']\.{0,2}\/([^"']+)["']/g)].map((each) =>
        base(each[1] ?? ''),
      ),
    );
    queue.push(...scripts.filter((each) => imports.has(base(each))));
  }
  return [...loaded.values()];
}

function base(path: string): string {
  return path.split('/').at(-1) ?? '';
}
