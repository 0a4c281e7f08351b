import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../flask/files.ts';
import type { Migration } from '../migration.ts';
import type { ByHand } from '../mitigation.ts';
import { followed } from '../python/moved.ts';
import { loadPython } from '../python/parser.ts';
import { applySplices } from '../source/splice.ts';
import { decode, lineAt, quote, type Source, sourceOf } from '../source/text.ts';
import { compareVersions } from './versions.ts';

/** What migrations make of the app's own files, which Dewar never wrote. */
export interface Migrated {
  readonly edited: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
}

/** A step that an app has to take, with the id of what brings it. */
export interface Due {
  readonly id: string;
  readonly step: Migration;
}

/** An app whose own files follow. */
export interface Following {
  readonly root: string;
  /** Import name of the app's package. */
  readonly package: string;
  /** Paths that Dewar writes: they are merged. */
  readonly managed: ReadonlySet<string>;
}

/** The steps between two versions in their order. */
export function stepsBetween(
  steps: Readonly<Record<string, readonly Migration[]>>,
  from: string,
  to: string,
): readonly Due[] {
  const all = Object.entries(steps).flatMap(([id, own]) => own.map((step) => ({ id, step })));
  const due = all.filter(({ step }) => compareVersions(step.to, from) > 0 && compareVersions(step.to, to) <= 0);
  return due.sort((a, b) => compareVersions(a.step.to, b.step.to));
}

/** Lets the imports of the app's own files follow names that are in other modules now. */
export async function migrate(due: readonly Due[], app: Following): Promise<Migrated> {
  if (due.length === 0) return { edited: [], byHand: [] };
  const parse = await loadPython();
  const texts = ownPython(app).map(({ path, text }) => {
    const byHand: Migrated['byHand'][number][] = [];
    let after = text;
    for (const { id, step } of due) {
      const source = sourceOf(path, after);
      const { splices, partly } = followed(source, parse(after), { moved: step.moved, own: app.package });
      after = applySplices(source, splices);
      for (const { start, names } of partly) {
        const moved = names.map(([name, module]) => `${name} from ${app.package}.${module}`).join(' and ');
        byHand.push({
          kind: 'by-hand',
          place: placeAt(source, start),
          what: `Import ${moved}: ${step.what}`,
          from: id,
        });
      }
    }
    return { path, before: text, after, byHand };
  });
  return {
    edited: texts.filter(({ before, after }) => after !== before).map(({ byHand: _, ...edit }) => edit),
    byHand: texts.flatMap(({ byHand }) => byHand),
  };
}

function placeAt(source: Source, start: number): NonNullable<ByHand['place']> {
  return { file: source.path, line: lineAt(source, start), text: quote(source, start) };
}

function ownPython({ root, managed }: Following): { readonly path: string; readonly text: string }[] {
  const paths = listFiles(root).files.filter((path) => path.endsWith('.py') && !managed.has(path));
  return paths.flatMap((path) => {
    const read = decode(readFileSync(join(root, path)));
    return 'text' in read ? [{ path, text: read.text }] : [];
  });
}
