import type { Need } from './need.ts';

const pieces =
  /\/\*[\s\S]*?\*\/|@import\s+(?:url\(\s*)?["']?([^"')\s;]+)|url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]+))\s*\)/gi;

/** What a style sheet loads: others, fonts and pictures. */
export function needsOfStyles(css: string, offset = 0): Need[] {
  return [...css.matchAll(pieces)].flatMap((found): Need[] => {
    const [, imported, ...quoted] = found;
    const address = imported ?? quoted.find((each) => each !== undefined);
    if (address === undefined) return [];
    const kind = imported === undefined ? kindOf(css, found.index, address) : 'style';
    return [{ is: 'load', kind, address, at: offset + found.index }];
  });
}

function kindOf(css: string, at: number, address: string): 'font' | 'img' {
  if (/\.(woff2?|ttf|otf|eot)\b|^data:(application\/)?(x-)?font/i.test(address)) return 'font';
  const block = css.slice(css.lastIndexOf('}', at) + 1, at);
  return /@font-face/i.test(block) ? 'font' : 'img';
}
