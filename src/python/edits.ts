import { applySplices, type Splice } from '../source/splice.ts';
import { indentAt, lineEnd, lineStart, type Source, type Span } from '../source/text.ts';
import { damaged, type PyTree } from './node.ts';
import type { ParsePython } from './parser.ts';

/** A file of Python that is edited. */
export interface PyFile {
  readonly source: Source;
  readonly tree: PyTree;
}

/** An edit, or the reason why it is left to a person. */
export type Edit = { readonly splice: Splice } | { readonly refused: string };

/** Puts statements behind one, in its block; `blank` leaves an empty line between. */
export function insertAfter(
  file: PyFile,
  step: Span,
  code: { readonly lines: readonly string[]; readonly blank?: boolean },
): Edit {
  const { source } = file;
  const refused = unfit(file, step);
  if (refused) return { refused };
  const indent = indentAt(source, step.start);
  const text = code.lines.map((line) => (line === '' ? '' : indent + line));
  const start = lineEnd(source, step.end);
  return {
    splice: {
      start,
      expected: '',
      insert: [...(code.blank ? [''] : []), ...text].map((line) => source.eol + line).join(''),
    },
  };
}

/** Why nothing can be put behind a statement. */
function unfit(file: PyFile, step: Span): string | undefined {
  const { source, tree } = file;
  const { text } = source;
  if (damaged(tree, step)) return 'the statement is not valid Python';
  if (text.slice(lineStart(source, step.start), step.start).trim() !== '')
    return 'the statement does not begin its line';
  const rest = text.slice(step.end, lineEnd(source, step.end)).trim();
  return rest === '' || rest.startsWith('#') ? undefined : 'another statement stands on its last line';
}

/** True when the text is no more broken after the splices than it was before them. */
export function holds(file: PyFile, splices: readonly Splice[], parse: ParsePython): boolean {
  const after = parse(applySplices(file.source, splices));
  return (
    after.errors.length <= file.tree.errors.length && (after.root.type !== 'ERROR' || file.tree.root.type === 'ERROR')
  );
}
