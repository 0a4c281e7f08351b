import { nearest } from '../nearest.ts';

/** ` Did you mean X?` with a leading space, or nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[], prefix = ''): string {
  const found = nearest(word, known) ?? lettersSwapped(word, known) ?? onlyOneThatBegins(word, known);
  return found === undefined ? '' : ` Did you mean ${prefix}${found}?`;
}

/** A word cut short, such as `temp` for `templating`. */
function onlyOneThatBegins(word: string, known: readonly string[]): string | undefined {
  const begun = known.filter((one) => one.startsWith(word.toLowerCase()));
  return word.length > 1 && begun.length === 1 ? begun[0] : undefined;
}

/** `nwe` for `new`: two slips to an edit distance, one to a typist. */
function lettersSwapped(word: string, known: readonly string[]): string | undefined {
  const sorted = (text: string): string => [...text.toLowerCase()].sort().join('');
  return known.find((one) => sorted(one) === sorted(word));
}
