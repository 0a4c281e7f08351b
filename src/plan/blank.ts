/** Stands in a rendered text where a slot had no entries, until `closeGaps` takes it away. */
export const emptySlot = '\0';

/** Blank lines that a condition left at the end of the file. */
const trailing = /\n{2,}$/;

/**
 * Takes the marks of empty slots away, together with what would look odd without the lines: one of the two gaps that
 * stood around the slot, the line break between brackets that have nothing left inside, and more than two blank lines.
 */
export function closeGaps(text: string): string {
  return (text.includes(emptySlot) ? withoutMarks(text) : text).replace(/\n{4,}/g, '\n\n\n').replace(trailing, '\n');
}

function withoutMarks(text: string): string {
  return text
    .replace(/([([{])\n\s*\0+\s*([)\]}])/g, '$1$2')
    .replace(/(\n+)\0[\0\n]*/g, (gap, before: string) => {
      const after = gap.slice(before.length).replaceAll(emptySlot, '');
      if (before.length === 1 || after === '') return before + after;
      return '\n'.repeat(Math.max(before.length, after.length + 1));
    })
    .replaceAll(emptySlot, '');
}
