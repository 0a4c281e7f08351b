import { countingFacts } from '../../src/flask/effective.ts';
import type { AppFacts, Held } from '../../src/flask/facts.ts';
import { talismanOption } from '../../src/flask/talisman.ts';
import type { Place } from '../../src/mitigation.ts';
import { text, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';

/** The policy that Talisman is given, as it is sent, and where it stands; undefined where it cannot be read or is its own. */
export function talismanPolicy(app: AppFacts): (Place & { readonly value: string }) | undefined {
  const option = talismanOption(app, 'content_security_policy');
  const held = option && [...settingOf(app, option), ...app.held(option.value, option)].find(isPolicy);
  const source = held && app.modules.get(held.file)?.source;
  if (!held || !source) return undefined;
  const { value } = held;
  const place = (start: number): Place => ({
    file: held.file,
    line: lineAt(source, start),
    text: quote(source, start),
  });
  if (value.kind !== 'dict') return { ...place(value.start), value: text(value) ?? '' };
  const parts = value.entries.map((entry) => ({ entry, name: text(entry.key) ?? '' }));
  const scripts = parts.find(({ name }) => name === 'script-src') ?? parts.find(({ name }) => name === 'default-src');
  const policy = parts.map(({ entry, name }) => `${name} ${sourcesIn(entry.value)}`).join('; ');
  return { ...place(scripts?.entry.start ?? value.start), value: policy };
}

function isPolicy({ value }: Held): boolean {
  return value.kind === 'dict' || (text(value) ?? '').includes('-src');
}

/** `app.config["CONTENT_SECURITY_POLICY"]`. */
function settingOf(app: AppFacts, { value }: Held): Held[] {
  const key =
    value.kind === 'item' && value.of.kind === 'name' && /\.config$/.test(value.of.name) ? text(value.key) : undefined;
  if (key === undefined) return [];
  return countingFacts(app, key).flatMap((fact) => app.held(fact.value, fact));
}

function sourcesIn(value: Value): string {
  if (value.kind === 'list') return value.items.map((item) => text(item) ?? '').join(' ');
  return text(value) ?? '';
}
