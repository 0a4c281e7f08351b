import type { Need } from '../../jinja/content/need.ts';
import { lineAt, quote, type Source } from '../../source/text.ts';

/** A need of a page with the place that shows it. */
export type ContentNeed = Need & {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** What to put at the offset of the nonce; absent where none can be put. */
  readonly mark?: string;
};

/** A need with its place; without `mark` it stands where no template runs. */
export function placed(need: Need, source: Source, mark?: string): ContentNeed {
  const at = { file: source.path, line: lineAt(source, need.at), text: quote(source, need.at) };
  if (mark === undefined) return { ...unmarkable(need), ...at };
  return 'nonce' in need && need.nonce !== undefined ? { ...need, ...at, mark } : { ...need, ...at };
}

/** Where nothing can be put in. */
function unmarkable(need: Need): Need {
  const kept = Object.entries(need).filter(([key]) => key !== 'nonce' && key !== 'value');
  return Object.fromEntries(kept) as unknown as Need;
}
