import type { Audit, ByHand, Change, Mitigation } from '../mitigation.ts';
import { resolvePlace } from '../plan/layout.ts';
import { settle } from './answers.ts';
import { usage } from './coerce.ts';
import { didYouMean } from './did-you-mean.ts';
import { flagName } from './flags.ts';
import type { Say } from './say.ts';
import type { Definitions } from './wiring.ts';
import { wrap } from './wrap.ts';

const WIDTH = 96;
/** What an app is called in an explanation. */
const LAYOUT = { package: 'src/my_app', tests: 'tests' };

/** `dewar list`. */
export function sayList(say: Say, { catalog }: Definitions): void {
  const width = Math.max(0, ...catalog.map(({ id }) => id.length));
  const threats = (one: Mitigation): string[] => one.threats.map(({ name }) => name);
  say.data('list', {
    mitigations: catalog.map((one) => ({
      id: one.id,
      title: one.title,
      needs: one.needs ?? [],
      threats: threats(one),
    })),
  });
  say.text(catalog.map(({ id, title }) => `${say.paint('bold', id.padEnd(width))}  ${title}`));
}

/** The mitigation of that id, else a usage error with the nearest one. */
export function mitigationOf({ catalog }: Definitions, id: string): Mitigation {
  const found = catalog.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = catalog.map((one) => one.id);
  const hint = didYouMean(id, ids) || ` There are ${ids.join(', ')}.`;
  throw usage(`there is no defence called ${JSON.stringify(id)}.${hint}`);
}

/** `dewar explain ID`: threats, changes, and how to check them. */
export function sayExplanation(
  say: Say,
  definitions: Definitions,
  {
    id,
    check = '',
    audit,
  }: { readonly id: string; readonly check: string | undefined; readonly audit: Audit | undefined },
): void {
  const one = mitigationOf(definitions, id);
  const changes = changesOf(definitions, one);
  const { title, threats, weaknesses, asvs, needs = [] } = one;
  const rules = (audit?.rules ?? []).map(({ id: rule, severity, weakness, message }) => ({
    id: rule,
    severity,
    weakness,
    message,
  }));
  say.data('explain', { id, title, threats, weaknesses, asvs, needs, rules, changes: changes.map(described), check });
  const head = (text: string): string => say.paint('bold', text);
  const item = (text: string): string => `  - ${wrap(text, WIDTH - 4).join('\n    ')}`;
  const part = (text: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', head(text), ...items.map(item)];
  say.text([
    `${head(id)}: ${title}`,
    ...part(
      'Against',
      threats.map(({ name, severity, prevented }) => `${name} (${severity}): ${prevented}`),
    ),
    ...part('Weaknesses', [
      weaknesses.join(', '),
      ...(asvs.length === 0 ? [] : [`OWASP ASVS 5.0: ${asvs.join(', ')}`]),
    ]),
    ...part('Needs', needs),
    ...part('In a new app, with the default answers', summed(changes)),
    ...part(
      'Answers',
      Object.entries(one.questions).map(([key, { help }]) => `--${flagName(key)}: ${help}`),
    ),
    ...part(
      'Faults that dewar audit looks for',
      rules.map((rule) => `${rule.id} (${rule.severity}): ${rule.message}`),
    ),
    ...(check === '' ? [] : ['', head('Check it'), ...plain(check)]),
  ]);
}

/** Markdown as a terminal shows it: code blocks indented, without their fences. */
function plain(markdown: string): string[] {
  let inCode = false;
  return markdown.split('\n').flatMap((line) => {
    if (line.startsWith('```')) {
      inCode = !inCode;
      return [];
    }
    return [inCode ? `    ${line}` : `  ${line}`.trimEnd()];
  });
}

function changesOf(definitions: Definitions, { id, plan }: Mitigation): (Change | ByHand)[] {
  const preset = definitions.presets[0];
  if (preset === undefined) return [];
  const sources = { given: {}, preset, presetNamed: false, with: [], without: [], directory: 'my-app' };
  const { answers, chosen } = settle(definitions, sources);
  const own = `${id}/`;
  const templates = (definitions.templates ?? [])
    .filter((name) => name.startsWith(own))
    .map((name) => name.slice(own.length));
  return [...plan({ answers, chosen: new Set(chosen), templates })];
}

/** The changes in words, with all lines of shared files in one. */
function summed(changes: readonly (Change | ByHand)[]): string[] {
  const shared = changes.flatMap((change) => (change.kind === 'entry' ? [change.slot.replace(/\..*/, '')] : []));
  const areas = [...new Set(shared)].sort().join(', ');
  const own = changes.filter(({ kind }) => kind !== 'entry').map(described);
  return [...new Set(own), ...(areas === '' ? [] : [`lines in shared files: ${areas}`])];
}

/** One change in words. */
function described(change: Change | ByHand): string {
  switch (change.kind) {
    case 'file':
      return `file ${resolvePlace(change.place, LAYOUT).replace(/^\/\//, '')}`;
    case 'entry':
      return `lines in ${change.slot}`;
    case 'setting':
      return `setting ${change.key} (${change.tier}): ${change.why}`;
    case 'register':
      return `start-up: ${change.why}`;
    case 'package':
      return `package ${change.name}${change.range}`;
    case 'environment':
      return `variable ${change.name}: ${change.why}`;
    case 'splice':
      return `${change.file}: ${change.why}`;
    case 'by-hand':
      return `by hand: ${change.what}`;
  }
}
