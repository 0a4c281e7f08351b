import type { AppFacts, ExtensionFacts } from '../../src/flask/facts.ts';
import { argumentFlag, placeOf } from '../../src/flask/flags.ts';
import { offByDefault } from '../../src/flask/switched.ts';
import { talisman, talismanOption } from '../../src/flask/talisman.ts';
import type { Evidence, Place } from '../../src/mitigation.ts';
import { text } from '../../src/python/model.ts';
import { talismanPolicy } from './talisman-policy.ts';

/** Every app answers with headers. */
export function applies(): boolean {
  return true;
}

/** What the headers of an answer can protect against. */
export type Protection = 'csp' | 'hsts' | 'frame' | 'nosniff';

const byName: Readonly<Record<string, Protection>> = {
  'content-security-policy': 'csp',
  'strict-transport-security': 'hsts',
  'x-frame-options': 'frame',
  'x-content-type-options': 'nosniff',
};

/** A protection with where it is switched on; `value` where it can be read. */
export interface Protecting extends Evidence {
  readonly protection: Protection;
  readonly value?: string;
}

/** Every protection that answers get by default, from the app's code, its extensions or the web server. */
export function protections(app: AppFacts): Protecting[] {
  return [...ofCode(app), ...ofTalisman(app), ...ofExtensions(app), ...ofServers(app)];
}

function ofCode(app: AppFacts): Protecting[] {
  return app.headers
    .filter((header) => header.role === 'production' && header.everywhere && !offByDefault(app, header))
    .flatMap((header) => {
      const value = text(header.value) ?? constant(app, header);
      // A value that is empty sends no header.
      return value === ''
        ? []
        : of(header.name, value, { ...placeOf(header), why: `${header.name} is set on every answer.` });
    });
}

function constant(app: AppFacts, { value, file, scope }: AppFacts['headers'][number]): string | undefined {
  const [first, other] = app.outcomes(value, { file, scope });
  return !other && first?.kind === 'constant' && typeof first.value === 'string' ? first.value : undefined;
}

/** A policy that says who may frame the page protects against framing too. */
function of(name: string, value: string | undefined, shown: Evidence): Protecting[] {
  const protection = byName[name.toLowerCase()];
  if (!protection) return [];
  const known = { ...shown, ...(value !== undefined && { value }) };
  const framing = protection === 'csp' && /frame-ancestors/.test(value ?? '');
  return [{ ...known, protection }, ...(framing ? [{ ...known, protection: 'frame' as const }] : [])];
}

const options: Readonly<Record<Protection, string>> = {
  csp: 'content_security_policy',
  hsts: 'strict_transport_security',
  frame: 'frame_options',
  nosniff: 'x_content_type_options',
};

/** What Talisman sends, but for what it is told to leave out. */
function ofTalisman(app: AppFacts): Protecting[] {
  const place = talisman(app)?.initialised;
  if (!place) return [];
  return (Object.keys(options) as Protection[])
    .filter((protection) => !weakened(app, protection) && !(protection === 'csp' && reportingOnly(app)))
    .map((protection) => ({
      ...(protection === 'csp' ? (talismanPolicy(app) ?? placeOf(place)) : placeOf(place)),
      protection,
      why: `Talisman sets ${words[protection]}.`,
    }));
}

/** Where Talisman is told to leave a protection out. */
export function weakened(app: AppFacts, protection: Protection): Place | undefined {
  const option = talismanOption(app, options[protection]);
  if (!option) return undefined;
  const found = argumentFlag(app, option.value, option);
  const none = option.value.kind === 'dict' && option.value.entries.length === 0;
  if (found.is !== 'off' && !none && !(found.is === 'varies' && found.preset === false)) return undefined;
  return found.place ?? talisman(app);
}

/** Where Talisman is told to report what breaks the policy, and to let it happen. */
export function reportingOnly(app: AppFacts): Place | undefined {
  const option = talismanOption(app, 'content_security_policy_report_only');
  const found = option && argumentFlag(app, option.value, option);
  return found?.is === 'on' ? (found.place ?? talisman(app)) : undefined;
}

export const words: Readonly<Record<Protection, string>> = {
  csp: 'a content security policy',
  hsts: 'Strict-Transport-Security',
  frame: 'X-Frame-Options',
  nosniff: 'X-Content-Type-Options',
};

/** Extensions with headers of their own. */
function ofExtensions(app: AppFacts): Protecting[] {
  const known: readonly (readonly [RegExp, readonly Protection[]])[] = [
    [/^flask_sslify\b/, ['hsts']],
    [/^flask_csp\b/, ['csp']],
    [/^flask_secure_headers\b/, ['csp', 'hsts', 'frame', 'nosniff']],
  ];
  const own = app.extensions.filter(
    ({ role, initialised }) => role === 'production' && initialised && !offByDefault(app, initialised),
  );
  return [...own.flatMap((each) => ofExtension(each, known)), ...ofSecure(app)];
}

function ofExtension(
  { made, initialised }: ExtensionFacts,
  known: readonly (readonly [RegExp, readonly Protection[]])[],
): Protecting[] {
  const found = known.find(([pattern]) => pattern.test(made))?.[1] ?? [];
  return initialised
    ? found.map((protection) => ({
        ...placeOf(initialised),
        protection,
        why: `${made.split('.').at(-1)} sets ${words[protection]}.`,
      }))
    : [];
}

/** The package `secure`, whose defaults have all but a policy for content. */
function ofSecure(app: AppFacts): Protecting[] {
  return [...app.modules.values()]
    .filter(({ role, imports }) => role === 'production' && imports.some(({ target }) => /^secure(\.|$)/.test(target)))
    .flatMap((module) => {
      const call = module.calls.find(({ callee }) =>
        /\.(framework\.flask|set_headers|set_headers_async)$/.test(callee),
      );
      const line = call ? module.source.text.slice(0, call.start).split('\n').length : 0;
      const policy = /ContentSecurityPolicy/.test(module.source.text);
      const kinds: Protection[] = policy ? ['csp', 'hsts', 'frame', 'nosniff'] : ['hsts', 'frame', 'nosniff'];
      return call
        ? kinds.map((protection) => ({
            file: module.path,
            line,
            text: call.callee,
            protection,
            why: `The package secure sets ${words[protection]}.`,
          }))
        : [];
    });
}

function ofServers(app: AppFacts): Protecting[] {
  return app.deploy.proxies
    .filter(({ role, passes }) => role === 'production' && passes)
    .flatMap(({ headers, kind }) =>
      headers
        .filter(({ inner }) => !inner)
        .flatMap((header) =>
          of(header.name, header.value, { ...placeOf(header), why: `${kind} adds ${header.name}.` }),
        ),
    );
}

/** What shows that answers carry the headers. */
export function evidence(app: AppFacts): Iterable<Evidence> {
  return protections(app)
    .filter(({ protection }) => protection !== 'nosniff')
    .map(({ protection: _, value: __, ...shown }) => shown);
}
