import { describe, expect, it } from 'vitest';
import { type Import, importsBelow } from './support/imports.ts';

/** Folders and files of src/ from the bottom up: each imports from those above it in this list, and from itself. */
const layers = [
  ['error', 'nearest', 'version', 'preset', 'mitigation', 'migration', 'pack', 'changes'],
  ['source'],
  ['python', 'jinja', 'deploy'],
  ['flask'],
  ['plan', 'audit'],
  ['packs', 'generated'],
  ['update', 'catalog'],
  ['commands'],
  ['cli'],
  ['yeoman', 'testing'],
];

const imports = [...importsBelow('src'), ...importsBelow('generators')];

describe('import directions', () => {
  it('lead from higher layers to lower ones only', () => {
    expect(imports.filter(leadsUp).map(shown)).toEqual([]);
  });

  it('know every folder of src/', () => {
    const known = layers.flat();
    const areas = imports.flatMap(({ from, to }) => [areaOf(from), areaOf(to)]);
    expect([...new Set(areas)].filter((area) => area !== undefined && !known.includes(area))).toEqual([]);
  });

  it('bring Yeoman to src/yeoman only', () => {
    const yeoman = imports.filter(({ to }) => /yeoman/.test(to) && !to.startsWith('src/'));
    expect(yeoman.filter(({ from }) => areaOf(from) !== 'yeoman').map(shown)).toEqual([]);
    const entries = imports.filter(({ to, from }) => areaOf(to) === 'yeoman' && areaOf(from) !== 'yeoman');
    expect(entries.filter(({ from }) => !/^generators\/[^/]+\/index\.ts$/.test(from)).map(shown)).toEqual([]);
  });

  it('load prompts, processes and parsers only when they are needed', () => {
    const heavy = imports.filter(
      ({ to, typeOnly }) => !typeOnly && /^(inquirer|@inquirer\/|execa$|web-tree-sitter)/.test(to),
    );
    // A module of its own that is itself loaded lazily may import them as usual.
    const offenders = heavy.filter(
      ({ from, lazy }) => !lazy && imports.some((one) => one.to === from && !one.lazy && !one.typeOnly),
    );
    expect(offenders.map(shown)).toEqual([]);
  });

  it('keep the disk, the terminal and other packages out of the mitigations', () => {
    const declarations = imports.filter(({ from }) => from.startsWith('generators/') && !from.endsWith('/index.ts'));
    const outside = declarations.filter(({ to }) => !to.startsWith('src/') && !to.startsWith('generators/'));
    expect(outside.map(shown)).toEqual([]);
    const hosts = declarations.filter(({ to }) => ['commands', 'cli', 'update'].includes(areaOf(to) ?? ''));
    expect(hosts.map(shown)).toEqual([]);
  });

  it('keep each mitigation to its own folder', () => {
    const across = imports.filter(({ from, to }) => {
      const [own, other] = [from, to].map((path) => /^generators\/([^/]+)\//.exec(path)?.[1]);
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(across.map(shown)).toEqual([]);
  });

  it('form no cycle', () => {
    expect(cycles(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });
});

function leadsUp({ from, to, typeOnly }: Import): boolean {
  const [own, other] = [areaOf(from), areaOf(to)];
  if (own === undefined || other === undefined || own === other) return false;
  // The interface names the facts that a rule is given.
  if (own === 'mitigation' && other === 'flask') return !typeOnly;
  return rank(other) > rank(own) || (rank(other) === rank(own) && rank(own) > 0);
}

/** `src/cli/main.ts` and `src/cli.ts` are both `cli`. */
function areaOf(path: string): string | undefined {
  return /^src\/([^/.]+)/.exec(path)?.[1];
}

function rank(area: string): number {
  return layers.findIndex((layer) => layer.includes(area));
}

function shown({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

function cycles(edges: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
