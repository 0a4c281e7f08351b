import { filledIn, isUnfilled } from '../source/placeholders.ts';
import type { Source } from '../source/text.ts';
import type { PyModule } from './model.ts';
import { loadPython, type ParsePython } from './parser.ts';
import { readModule } from './read.ts';

/** Reads a module under the dotted name by which it is imported. */
export type ReadPython = (source: Source, name: string) => PyModule;

/** Modules of the folder that was read last, by name and path. */
let remembered = { root: '', modules: new Map<string, PyModule>() };

/** Reads the modules of a folder; a file that is as it was when the folder was last read is not read again. */
export async function pythonReader(root: string, files: number): Promise<ReadPython> {
  const parse = await loadPython(files);
  if (remembered.root !== root) remembered = { root, modules: new Map() };
  const { modules } = remembered;
  return (source, name) => {
    const key = `${name}\n${source.path}`;
    const known = modules.get(key);
    if (known?.source.text === source.text) return { ...known, source };
    const read = readFilled(source, name, parse);
    modules.set(key, read);
    return read;
  };
}

/** What Cookiecutter leaves to be filled in is read as a name, and quoted as it is written. */
function readFilled(source: Source, name: string, parse: ParsePython): PyModule {
  const filled = isUnfilled(source.path, source.text) ? { ...source, text: filledIn(source.text) } : source;
  return { ...readModule(filled, parse(filled.text), name), source };
}
