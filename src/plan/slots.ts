import type { Entry } from './lower.ts';

/** Renders a template of the catalog; given to the slots so that an entry may be a template too. */
export type RenderTemplate = (template: string) => string;

/** The text of every slot by name: its entries in order, equal ones once. Import slots are sorted as isort sorts them. */
export function fillSlots(entries: readonly Entry[], render: RenderTemplate): ReadonlyMap<string, string> {
  const bySlot = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = bySlot.get(entry.slot);
    if (group) group.push(entry);
    else bySlot.set(entry.slot, [entry]);
  }
  const filled = new Map<string, string>();
  for (const [slot, group] of bySlot) {
    const ordered = group.map((entry, index) => ({ entry, index }));
    ordered.sort((a, b) => (a.entry.order ?? 0) - (b.entry.order ?? 0) || a.index - b.index);
    const texts = ordered.map(({ entry }) => text(entry, render));
    filled.set(
      slot,
      arrange(
        slot,
        [...new Set(texts)].filter((lines) => lines !== ''),
      ),
    );
  }
  return filled;
}

function text(entry: Entry, render: RenderTemplate): string {
  const lines = typeof entry.lines === 'string' ? entry.lines : render(entry.lines.template);
  return entry.slot === 'env.example' ? lines.trim() : lines.replace(/\n$/, '');
}

function arrange(slot: string, texts: string[]): string {
  if (packageLists.includes(slot)) return sortPackages(texts).join('\n');
  if (slot.endsWith('.imports')) return sortImports(texts);
  return texts.join(slot === 'env.example' ? '\n\n' : '\n');
}

const packageLists = ['project.dependencies', 'project.production', 'project.dev'];

/** By the names of the packages; a comment stays above its own. */
function sortPackages(texts: readonly string[]): string[] {
  const keyed = texts.map((lines) => ({ lines, key: /^"([\w.-]+)/m.exec(lines)?.[1]?.toLowerCase() ?? '' }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ lines }) => lines);
}

/** Plain imports before `from` imports, farthest relative ones first, by module and then by name: isort's single-line style. */
function sortImports(texts: readonly string[]): string {
  return texts
    .flatMap((imports) => imports.split('\n'))
    .filter((line, index, all) => all.indexOf(line) === index)
    .map((line) => ({ line, key: importKey(line) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ line }) => line)
    .join('\n');
}

function importKey(line: string): string {
  const from = /^from (\.*)(\S*) import (\S+)/.exec(line);
  return from ? `1 ${9 - (from[1] ?? '').length} ${from[2]} ${from[3]}` : `0 ${line}`;
}

/** The names of the slots in the text of a template. */
export function slotsIn(template: string): string[] {
  return [...template.matchAll(/\bslot\(\s*['"]([^'"]+)['"]\s*\)/g)].map(([, name = '']) => name);
}
