import type { Piece } from '../pieces.ts';

/** The parts of a line that ends in a list in brackets: `select = ["E", "F"]  # why`. */
interface Listed {
  readonly before: string;
  readonly items: readonly string[];
  readonly after: string;
}

/** A piece whose value is a list on one line, as pieces; undefined where it is none, or one with lists inside. */
export function inlineList(text: string): Pick<Piece, 'inner' | 'join'> | undefined {
  const found = listed(text);
  if (!found) return undefined;
  const { before, items, after } = found;
  return {
    inner: items.map((item) => ({ key: itemKey(item), text: item })),
    join: (texts) => `${before}${texts.join(', ')}${after}`,
  };
}

function listed(text: string): Listed | undefined {
  const match =
    /^([^"'#[\]]*[=:]\s*\[\s*)((?:"(?:\\.|[^"\\])*"|'[^']*'|[^"'#[\]{}\n])*?)(,?\s*\][ \t]*(?:#[^\n]*)?\n?)$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, before = '', inside = '', after = ''] = match;
  const items = inside.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^"',])+/g) ?? [];
  return { before, items: items.map((item) => item.trim()), after };
}

/** The name of an item: a requirement is known by its package, so that another range of it is no other item. */
export function itemKey(item: string): string {
  const bare = item.replace(/^["']|["'],?$/g, '').trim();
  const [, name] = /^([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~]=|[<>])/.exec(bare) ?? [];
  return name === undefined ? bare : `requirement ${name.toLowerCase().replace(/[-_.]+/g, '-')}`;
}
