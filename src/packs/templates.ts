import { nearest } from '../nearest.ts';
import type { Templates } from '../plan/render.ts';
import { type Contents, isBinary } from './contents.ts';
import { fault } from './fault.ts';

/** A template of a pack: where it lies there, and under which name the catalog has it. */
export interface Placed {
  readonly file: string;
  readonly name: string;
  /** It replaces one that is there already. */
  readonly overrides: boolean;
}

const areas = ['package', 'root', 'tests', 'slots'];

/**
 * Says of each template of a pack what it is: below the pack's own name or in a folder of its mitigations a new one,
 * anywhere else one that replaces another.
 * @throws DewarError for a template in no such place.
 */
export function placedTemplates(contents: Contents, pack: string, known: Templates): readonly Placed[] {
  return [...contents.keys()].flatMap((file) => {
    const [top, owner = '', ...rest] = file.split('/');
    if (top === 'templates')
      return [owner === pack ? added(contents, { file, owner: pack, place: rest }) : overriding(file, { pack, known })];
    if (top === 'mitigations' && rest[0] === 'templates')
      return [added(contents, { file, owner, place: rest.slice(1) })];
    return [];
  });
}

interface Added {
  readonly file: string;
  readonly owner: string;
  readonly place: readonly string[];
}

function added(contents: Contents, { file, owner, place }: Added): Placed {
  const [area = '', first = ''] = place;
  if (area === 'slots' && isBinary(contents, file)) throw fault({ file, line: 1 }, 'what goes into a slot is text');
  if (!areas.includes(area) || first === '')
    throw fault({ file, line: 1 }, `a new file lies below one of ${areas.join(', ')}, which say where it goes`);
  // Names of folders are the same on Windows and macOS however they are written.
  if (area === 'root' && first.toLowerCase() === '.dewar')
    throw fault({ file, line: 1 }, 'the record of an app is not a pack’s to write');
  return { file, name: `${owner}/${place.join('/')}`, overrides: false };
}

function overriding(file: string, { pack, known }: { readonly pack: string; readonly known: Templates }): Placed {
  const name = file.slice('templates/'.length);
  if (Object.hasOwn(known, name)) return { file, name, overrides: true };
  const near = nearest(name, Object.keys(known));
  const hint = near === undefined ? '' : `; did you mean templates/${near}?`;
  throw fault(
    { file, line: 1 },
    `there is no template ${name} to replace${hint} A new file goes below templates/${pack}/`,
  );
}
