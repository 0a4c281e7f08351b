import type { Figures } from './load.ts';
import type { Variant } from './variants.ts';

type Measured = ReadonlyMap<string, Figures>;

/** The table of the bench: requests per second and processor time, with their ratios to the bare app and the promise. */
export function table(variants: readonly Variant[], best: Measured): string {
  const head = ['', 'requests/s', 'ratio', 'limit', 'cpu us', 'ratio', 'limit'];
  const rows = [head, ...variants.map((variant) => row(variant, variants, best))];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  return rows.map((cells) => cells.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  ')).join('\n');
}

/** Titles of the variants that are slower than promised. */
export function broken(variants: readonly Variant[], best: Measured): string[] {
  const slow = variants.filter((variant) => {
    const { rate, cpu } = ratios(variant, variants, best);
    return rate < (variant.limits?.rate ?? 0) || cpu < (variant.limits?.cpu ?? 0);
  });
  return slow.map(({ title }) => title);
}

function row(variant: Variant, variants: readonly Variant[], best: Measured): string[] {
  const { rate, cpu } = ratios(variant, variants, best);
  const figures = best.get(variant.title);
  const limit = (value: number | undefined): string => value?.toFixed(2) ?? '';
  return [
    variant.title,
    (figures?.rate ?? Number.NaN).toFixed(0),
    rate.toFixed(2),
    limit(variant.limits?.rate),
    (figures?.cpu ?? Number.NaN).toFixed(0),
    cpu.toFixed(2),
    limit(variant.limits?.cpu),
  ];
}

/** How a variant compares with the first one; 1 is as fast. */
function ratios({ title }: Variant, variants: readonly Variant[], best: Measured): Figures {
  const [bare, own] = [best.get(variants[0]?.title ?? ''), best.get(title)];
  return { rate: (own?.rate ?? 0) / (bare?.rate ?? 0), cpu: (bare?.cpu ?? 0) / (own?.cpu ?? Number.NaN) };
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
