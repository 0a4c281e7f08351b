/** The text that both sides change in most stories, and what each makes of it. */
export const lines = (...words: string[]): string => words.map((word) => `${word}\n`).join('');
export const five = lines('one', 'two', 'three', 'four', 'five');
export const mineFirst = five.replace('one', 'mine');
export const nextLast = five.replace('five', 'next');
export const both = lines('mine', 'two', 'three', 'four', 'next');
export const marked = (mine: string, base: string, next: string): string =>
  `<<<<<<< yours\n${mine}\n||||||| as Dewar wrote it\n${base}\n=======\n${next}\n>>>>>>> Dewar\n`;
