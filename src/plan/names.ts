import { DewarError, Exit } from '../error.ts';

/** Refuses a path that cannot be meant as a place inside the root, on any system. */
export function checkPath(path: string): void {
  const fault = pathFault(path);
  if (fault !== undefined) throw outside(path, fault);
}

/** Refuses a name that some system cannot store, or stores under another name. */
export function checkPortable(name: string, path: string): void {
  const fault = nameFault(name);
  if (fault !== undefined) {
    throw new DewarError(`Cannot write "${path}": ${fault}. Choose a name that every system can store.`, Exit.usage);
  }
}

/** ASCII that can be seen; almost every path is, and classes of Unicode are slow to ask for. */
const plain = /^[\x20-\x7e]*$/;

/** The form in which names that some file system takes for one and the same are equal. */
export function fold(name: string): string {
  // Most names are plain, where this is a mere lower-casing.
  return plain.test(name) ? name.toLowerCase() : name.normalize('NFC').toUpperCase().toLowerCase();
}

/** Whether a name is Git's own folder, also in the short form that Windows gives it. */
export function isGitFolder(name: string): boolean {
  return /^(?:\.git|git~\d+)$/i.test(name);
}

/** The error for a path that leads out of the root or into a folder that is not Dewar's to write. */
export function outside(path: string, why: string): DewarError {
  return new DewarError(`Refusing to write ${JSON.stringify(path)}: ${why}. Nothing was changed.`, Exit.usage);
}

function pathFault(path: string): string | undefined {
  if (!plain.test(path) && /[\p{Cc}\p{Cf}]/u.test(path)) return 'it holds an invisible character';
  if (path.includes('\\')) return 'it holds a backslash';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'it is absolute';
  const names = path.split('/');
  if (names.includes('..')) return 'it leads out of the project';
  if (names.some((name) => name === '' || name === '.')) return 'it has an empty part';
  if (names.some(isGitFolder)) return 'it lies in a folder of Git';
  if (/^\.dewar\/pending(?:\/|$)/i.test(path)) return 'it lies in the log of running changes';
  return undefined;
}

function nameFault(name: string): string | undefined {
  const character = /[<>:"|?*]/.exec(name);
  if (character) return `the character ${character[0]} is not allowed on Windows`;
  if (/[. ]$/.test(name)) return 'Windows drops a dot or a space at the end of a name';
  if (/^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i.test(name)) {
    return `"${name}" is the name of a device on Windows`;
  }
  return undefined;
}
