import { entry } from '../../src/changes.ts';
import type { ContentNeed } from '../../src/flask/content/placed.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { talisman } from '../../src/flask/talisman.ts';
import type { ByHand, Change, Place, SpliceChange, Wiring } from '../../src/mitigation.ts';
import { type Library, librariesOf } from './libraries.ts';
import { type Policy, policyOf } from './policy.ts';
import { type Code, treatments } from './treatment.ts';

/** What an existing app needs besides: a policy made from its own pages, the nonces in them, and what is left to do. */
const wiring: Wiring = function* ({ app }) {
  const own = talisman(app)?.initialised;
  if (own) return yield* keepsItsOwn(own);
  const policy = policyOf(app);
  yield* lines(app, policy);
  yield* nonces(app);
  yield* filters(app);
  yield* leftOpen(policy);
  yield* ofLibraries(app);
  yield* doubled(app);
};

export default wiring;

function* keepsItsOwn({ file, line, text }: Place): Iterable<ByHand> {
  yield {
    kind: 'by-hand',
    place: { file, line, text },
    what: 'The app has a Talisman of its own, which stays as it is: a second one would send its headers twice. Set in it what the audit misses.',
    withholds: true,
  };
}

function* lines(app: AppFacts, policy: Policy): Iterable<Change> {
  yield entry('headers.policy', [...policy.directives].map(([name, sources]) => directive(name, sources)).join('\n'));
  const aim = aimOf(policy);
  yield entry(
    'headers.aim',
    aim.length > 0 ? statement('AIM: dict[str, list[str]]', aim) : 'AIM: dict[str, list[str]] = {}',
  );
  const pages = librariesOf(app).flatMap(pagesOf);
  const type = 'LIBRARY_PAGES: dict[str, dict[str, list[str]]]';
  yield entry('headers.pages', pages.length > 0 ? statement(type, pages) : `${type} = {}`);
  yield entry(
    'headers.frames',
    `FRAME_OPTIONS = "${embedded(app) ? '' : policy.framesItself ? 'SAMEORIGIN' : 'DENY'}"`,
  );
  yield entry(
    'headers.features',
    features(app)
      .map((name) => `"${name}",`)
      .join('\n'),
  );
}

function statement(name: string, lines: readonly string[]): string {
  return `${name} = {\n${lines.join('\n').replace(/^/gm, '    ')}\n}`;
}

/** A directive with the places that its sources are for. */
function directive(name: string, sources: ReadonlyMap<string, readonly ContentNeed[]>): string {
  const plain = [...sources].every(([, needs]) => needs.length === 0);
  if (plain) return `"${name}": [${[...sources.keys()].map((each) => JSON.stringify(each)).join(', ')}],`;
  const all = [...sources].flatMap(([source, needs]) => [...why(source, needs), `${JSON.stringify(source)},`]);
  return `"${name}": [\n${all.join('\n').replace(/^/gm, '    ')}\n],`;
}

function why(source: string, needs: readonly ContentNeed[]): string[] {
  // The lines would be others as soon as somebody edits the file.
  const places = [...new Set(needs.map(({ file }) => file))];
  if (source === "'self'" || places.length === 0) return [];
  const more = places.length > 2 ? ` and ${places.length - 2} more` : '';
  return [`# ${places.slice(0, 2).join(', ')}${more}`.slice(0, 90)];
}

/** The directives that get stricter once nothing is left open. */
function aimOf({ directives, open }: Policy): string[] {
  if (open.length === 0 && !directives.get('script-src')?.has("'unsafe-inline'")) return [];
  const strict = [...(directives.get('script-src')?.keys() ?? [])].filter((source) => source !== "'unsafe-inline'");
  return [
    `"script-src": [${strict.map((each) => JSON.stringify(each)).join(', ')}],`,
    `"script-src-attr": ["'none'"],`,
  ];
}

function pagesOf({ pages }: Library): string[] {
  return Object.entries(pages).flatMap(([begins, needs]) => {
    const all = Object.entries(needs).map(
      ([name, sources]) => `    "${name}": ${JSON.stringify(sources).replaceAll(',', ', ')},`,
    );
    return all.length > 0 ? [`"${begins}": {`, ...all, '},'] : [`"${begins}": {},`];
  });
}

const powerful =
  'accelerometer browsing-topics camera display-capture geolocation gyroscope hid magnetometer microphone midi payment serial usb xr-spatial-tracking';

/** The features that nothing in the app's pages asks for. */
function features(app: AppFacts): string[] {
  const used = new Set(app.content.flatMap((need) => (need.is === 'feature' ? [need.kind] : [])));
  return powerful.split(' ').filter((name) => !used.has(name));
}

/** An app whose cookies go along with requests of other sites is made to be shown inside them. */
function embedded(app: AppFacts): boolean {
  return app.settings.some(
    ({ key, value, role }) =>
      key === 'SESSION_COOKIE_SAMESITE' && role === 'production' && value.kind === 'literal' && value.value === 'None',
  );
}

/** The nonce in the tags, and the filter around the attributes that need one. */
function nonces(app: AppFacts): SpliceChange[] {
  const inline = [...treatments(app)].flatMap(([need, way]) => {
    if (need.marked) return [];
    return way === 'nonce' ? nonceIn(need) : way === 'filter' ? filterAround(need) : [];
  });
  // What has an expression for an address may come from anywhere.
  const computed = app.content.filter(
    (need) => need.is === 'load' && need.kind === 'script' && /^\{\{(?!-?\s*url_for\()/.test(need.address.trim()),
  );
  return [...inline, ...computed.flatMap(nonceIn)];
}

function nonceIn(need: ContentNeed): SpliceChange[] {
  if (!('nonce' in need) || need.nonce === undefined || need.mark === undefined) return [];
  return [splice(need.file, need.nonce, { insert: need.mark, why: 'The policy runs what has its nonce.' })];
}

function filterAround({ file, value }: Code): SpliceChange[] {
  const why = 'The policy runs what the template itself wrote.';
  return value
    ? [
        splice(file, value.start, { insert: '{% filter own_code %}', why }),
        splice(file, value.end, { insert: '{% endfilter %}', why }),
      ]
    : [];
}

function splice(file: string, start: number, { insert, why }: { insert: string; why: string }): SpliceChange {
  return { kind: 'splice', file, start, expected: '', insert, why };
}

/** The nonce in what libraries print, with the name of one that needs more than that. */
function filters(app: AppFacts): SpliceChange[] {
  const libraries = librariesOf(app);
  const own = app.templates.filter(({ role }) => role === 'production' || role === 'example');
  return own.flatMap(({ path, source, tags }) =>
    tags.flatMap(({ kind, inner, start, end }) => {
      const library = kind === 'expression' && libraries.find(({ prints }) => prints?.test(inner));
      if (!library || !isCall(inner)) return [];
      const close = /\s*[-+]?\}\}$/.exec(source.text.slice(start, end))?.index ?? 0;
      const name = library.module in library.pages ? `("${library.module}")` : '';
      return [splice(path, start + close, { insert: ` | nonced${name}`, why: 'A library prints scripts here.' })];
    }),
  );
}

/** One call, whose markup a filter may follow. */
function isCall(inner: string): boolean {
  return /^[\w.]+(\([\s\S]*\))?(\s*\|\s*safe)?$/.test(inner) && !/\|\s*nonced\b/.test(inner);
}

/** One step for each line; pages of one library in the static folder are one step together. */
function leftOpen({ open }: Policy): ByHand[] {
  const groups = new Map<string, Code[]>();
  for (const need of open) {
    const key = bundleOf(need) ?? `${need.file}:${need.line} ${need.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  return [...groups.values()].flatMap(([first, ...more]) => (first ? [step(first, more.length + 1)] : []));
}

function step(first: Code, count: number): ByHand {
  const bundle = count > 1 ? bundleOf(first) : undefined;
  return bundle === undefined ? openAt(first) : openBelow(bundle, first, count);
}

/** The folder of a library whose pages lie among the static files. */
function bundleOf({ file }: Code): string | undefined {
  return /^.*?\bstatic\/[^/]+\/(?=.*\.html?$)/.exec(file)?.[0];
}

function openAt({ file, line, text, kind }: Code): ByHand {
  const what =
    kind === 'handler'
      ? 'This event handler is known to no template, so that the policy still allows all of them: add it with addEventListener.'
      : 'This script can have no nonce here, so that the policy still allows all that stand in a page, and only reports the strict one: move it into a file of the static folder.';
  return { kind: 'by-hand', place: { file, line, text }, what };
}

function openBelow(folder: string, { file, line, text }: Code, count: number): ByHand {
  const what = `${count} scripts and event handlers in pages below ${folder} can have no nonce, so that the policy still allows all of them, and only reports the strict one: take pages away that nobody needs, and move the code of the others into files.`;
  return { kind: 'by-hand', place: { file, line, text }, what };
}

function ofLibraries(app: AppFacts): ByHand[] {
  return librariesOf(app)
    .filter(({ module, prints, pages }) => prints && pages[module]?.['script-src']?.includes("'unsafe-inline'"))
    .map(({ module }) => ({
      kind: 'by-hand',
      what: `${module} writes scripts that can have no nonce, so that the policy of pages with it allows all that stand in them: use an editor that needs none.`,
    }));
}

const names =
  /^(content-security-policy|strict-transport-security|x-frame-options|x-content-type-options|referrer-policy|permissions-policy)$/i;

/** Nginx adds its headers to those of the app: one of both must go. */
function doubled({ deploy }: AppFacts): ByHand[] {
  const own = deploy.proxies.filter(({ role, passes }) => role === 'production' && passes);
  return own.flatMap(({ headers, kind }) =>
    headers
      .filter(({ name }) => names.test(name))
      .map(({ file, line, text, name }) => ({
        kind: 'by-hand',
        place: { file, line, text },
        what: `The app sends ${name} now, and so does ${kind}: browsers would get it twice.`,
        snippet: `proxy_hide_header ${name};`,
      })),
  );
}
