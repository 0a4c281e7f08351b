/** Stands in a rendered text where a slot had no entries, until `closeGaps` takes it away. */
export const emptySlot = '\0';

/**
 * Takes the marks of empty slots away, together with what would look odd without the lines: one of the two gaps that
 * stood around the slot, the line break between brackets that have nothing left inside, and more than two blank lines.
 */
export function closeGaps(text: string): string {
  const marked = text.includes(emptySlot) ? withoutMarks(text) : text;
  // Most files need neither, and looking for plain text is much faster than for a pattern.
  const even = marked.includes('\n\n\n\n') ? marked.replace(/\n{4,}/g, '\n\n\n') : marked;
  return even.endsWith('\n\n') ? even.replace(/\n+$/, '\n') : even;
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
