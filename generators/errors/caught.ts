import type { PyFunction, PyModule } from '../../src/python/model.ts';
import type { Span } from '../../src/source/text.ts';

/** What an `except` catches. */
export interface Caught {
  /** As written; empty for all. */
  readonly exceptions: string;
  readonly name?: string;
}

const clause = /^except\b\s*\*?\s*(.*?)(?:\s+as\s+(\w+))?\s*:/;

/** The `except` that a part of a function stands in. */
export function caughtAround({ source }: PyModule, fn: PyFunction, { start }: Span): Caught | undefined {
  const lines = source.text.slice(fn.body.start, start).split('\n');
  let depth = Number.POSITIVE_INFINITY;
  for (const line of lines.toReversed()) {
    const text = line.trimStart();
    const indent = line.length - text.length;
    if (text === '' || text.startsWith('#') || indent >= depth) continue;
    depth = indent;
    const [found, exceptions = '', name] = clause.exec(text) ?? [];
    if (found) return { exceptions, ...(name !== undefined && { name }) };
  }
  return undefined;
}
