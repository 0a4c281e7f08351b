import type { AppFacts } from '../flask/facts.ts';
import type { ByHand } from '../mitigation.ts';
import { type Layout, securityFolder } from './layout.ts';
import type { RenderedFile } from './render.ts';

/** Files to write, and those whose place a file of the app has. */
export interface Sorted {
  readonly owned: readonly RenderedFile[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
}

interface Home {
  readonly app: Pick<AppFacts, 'files' | 'source'>;
  readonly layout: Layout;
  /** Files that an earlier `add` wrote. */
  readonly written: ReadonlySet<string>;
}

/** A file of the app that has the name of one of ours stays, and is shown what ours would say; the defences themselves have a folder that was free. */
export function besideOwn(files: readonly RenderedFile[], { app, layout, written }: Home): Sorted {
  const security = securityFolder(layout);
  const own = files.filter(({ path, text }) => {
    if (written.has(path) || path.startsWith(security) || !app.files.includes(path)) return false;
    return app.source(path)?.text !== text;
  });
  return {
    owned: files.filter((file) => !own.includes(file)),
    byHand: own.map(({ path, text, origin }) => ({
      kind: 'by-hand',
      from: origin,
      place: { file: path, line: 1, text: app.source(path)?.text.split(/\r?\n/)[0]?.trim() ?? '' },
      what: `${path} is the app's own and stays as it is; take over what you need of this one.`,
      snippet: text,
    })),
  };
}
