import type { Story } from '../support/story.ts';

const gap = 'c = 3\nd = 4\ne = 5\n';

/** Stories in which what merges by lines would be nothing that its readers take, or two things at once. */
export const invalid: readonly Story[] = [
  {
    name: 'both add one variable with different values, at different places',
    old: { '.env.example': 'A=1\nB=2\nC=3\nD=4\n' },
    mine: { '.env.example': 'LEVEL=mine\nA=1\nB=2\nC=3\nD=4\n' },
    next: { '.env.example': 'A=1\nB=2\nC=3\nD=4\nLEVEL=next\n' },
    states: { '.env.example': 'conflict' },
    after: {
      '.env.example':
        '<<<<<<< yours\nLEVEL=mine\nA=1\nB=2\nC=3\nD=4\n||||||| as Dewar wrote it\nA=1\nB=2\nC=3\nD=4\n=======\nA=1\nB=2\nC=3\nD=4\nLEVEL=next\n>>>>>>> Dewar\n',
    },
  },
  {
    name: 'both add one key to a TOML file, at different places',
    old: { 'a.toml': `a = 1\n${gap}` },
    mine: { 'a.toml': `x = "mine"\na = 1\n${gap}` },
    next: { 'a.toml': `a = 1\n${gap}x = "next"\n` },
    states: { 'a.toml': 'conflict' },
    after: {
      'a.toml': `<<<<<<< yours\nx = "mine"\na = 1\n${gap}||||||| as Dewar wrote it\na = 1\n${gap}=======\na = 1\n${gap}x = "next"\n>>>>>>> Dewar\n`,
    },
  },
  {
    name: 'both add one table to a TOML file, at different places and with different entries',
    old: { 'a.toml': `[z]\n${gap}` },
    mine: { 'a.toml': `[x]\nm = 1\n\n[z]\n${gap}` },
    next: { 'a.toml': `[z]\n${gap}\n[x]\nn = 2\n` },
    states: { 'a.toml': 'merged' },
    after: { 'a.toml': `[x]\nn = 2\nm = 1\n\n[z]\n${gap}` },
  },
  {
    name: 'the user closes a block in which Dewar goes on',
    old: { 'm.py': 'def a():\n    b = 1\n    c = 2\n    d = 3\n    e = 4\n    return b\n' },
    mine: { 'm.py': 'def a():\n    b = (1,\n    c = 2\n    d = 3\n    e = 4\n    return b\n'.replace('(1,', '[1]') },
    next: { 'm.py': 'def a():\n    b = 1\n    c = 2\n    d = 3\n    e = 4\n    return b, e\n' },
    states: { 'm.py': 'merged' },
    after: { 'm.py': 'def a():\n    b = [1]\n    c = 2\n    d = 3\n    e = 4\n    return b, e\n' },
  },
  {
    name: 'Python that only together does not parse',
    old: { 'm.py': 'x = f(\n    1,\n    2,\n    # end\n)\n' },
    mine: { 'm.py': 'x = f[\n    1,\n    2,\n    # end\n]\n' },
    next: { 'm.py': 'x = f(\n    1,\n    k=2,\n    # end\n)\n' },
    states: { 'm.py': 'conflict' },
    after: {
      'm.py':
        '<<<<<<< yours\nx = f[\n    1,\n    2,\n    # end\n]\n||||||| as Dewar wrote it\nx = f(\n    1,\n    2,\n    # end\n)\n=======\nx = f(\n    1,\n    k=2,\n    # end\n)\n>>>>>>> Dewar\n',
    },
  },
  {
    name: 'an indentation that one side took away from under the other',
    old: { 'm.py': 'if a:\n    b()\n\nc()\nd()\ne()\n' },
    mine: { 'm.py': 'b()\n\nc()\nd()\ne()\n' },
    next: { 'm.py': 'if a:\n    b()\n\nc()\nd()\nif e:\n    e()\n' },
    states: { 'm.py': 'merged' },
    after: { 'm.py': 'b()\n\nc()\nd()\nif e:\n    e()\n' },
  },
  {
    name: 'a YAML key that both sides added, at different places',
    old: { 'a.yaml': 'a: 1\nb: 2\nc: 3\nd: 4\n' },
    mine: { 'a.yaml': 'x: mine\na: 1\nb: 2\nc: 3\nd: 4\n' },
    next: { 'a.yaml': 'a: 1\nb: 2\nc: 3\nd: 4\nx: next\n' },
    states: { 'a.yaml': 'conflict' },
    after: {
      'a.yaml':
        '<<<<<<< yours\nx: mine\na: 1\nb: 2\nc: 3\nd: 4\n||||||| as Dewar wrote it\na: 1\nb: 2\nc: 3\nd: 4\n=======\na: 1\nb: 2\nc: 3\nd: 4\nx: next\n>>>>>>> Dewar\n',
    },
  },
  {
    name: 'JSON in which a bracket is closed twice',
    old: { 'a.json': '[\n1,\n2,\n3,\n4\n]\n' },
    mine: { 'a.json': '[[\n1,\n2,\n3,\n4\n]]\n'.replace('[[\n', '[\n[0],\n').replace(']]', ']') },
    next: { 'a.json': '[\n1,\n2,\n3,\n5\n]\n' },
    states: { 'a.json': 'merged' },
    after: { 'a.json': '[\n[0],\n1,\n2,\n3,\n5\n]\n' },
  },
];
