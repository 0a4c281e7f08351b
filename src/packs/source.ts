import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DewarError, Exit } from '../error.ts';

/** Where a pack is to be had. */
export type Source =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'git'; readonly url: string; readonly ref: string; readonly folder: string }
  | { readonly kind: 'npm'; readonly name: string; readonly range: string };

const npmName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const npmRange = /^[\w.+~^<>=| -]+$/;
/** `https://host/repository#REF:FOLDER`; the folder is where the pack lies in the repository. */
const gitUrl = /^(?:git\+)?((?:https|ssh|file):\/\/[^#\s]+|[\w.-]+@[\w.-]+:[^#\s]+)(?:#(.*))?$/;

/**
 * Understands what was written behind `--pack`, or in a record; `from` is the folder that paths count from.
 * @throws DewarError for what is no folder, URL or package.
 */
export function sourceOf(written: string, from: string): Source {
  if (written.startsWith('npm:')) return npmSource(written);
  const [, url, place = ''] = gitUrl.exec(written) ?? [];
  if (url !== undefined) return gitSource(written, url, place);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written) || written.includes('::'))
    throw refused(written, 'its scheme is not among https, ssh and file');
  return { kind: 'folder', folder: resolve(from, written) };
}

/** How a source is recorded in an app: a folder by its way from there, so that a clone of both finds it. */
export function recordedSource(source: Source, root: string): string {
  switch (source.kind) {
    case 'folder':
      return isAbsolute(relative(root, source.folder)) ? source.folder : wayTo(root, source.folder);
    case 'git':
      return `${source.url}#${source.ref}${source.folder === '' ? '' : `:${source.folder}`}`;
    case 'npm':
      return `npm:${source.name}@${source.range}`;
  }
}

function wayTo(root: string, folder: string): string {
  const way = relative(root, folder).split(sep).join('/');
  return way.startsWith('.') ? way : `./${way}`;
}

function npmSource(written: string): Source {
  const word = written.slice('npm:'.length);
  const at = word.indexOf('@', 1);
  const [name, range] = at === -1 ? [word, 'latest'] : [word.slice(0, at), word.slice(at + 1)];
  if (!npmName.test(name) || !npmRange.test(range)) throw refused(written, 'it is no npm:NAME@RANGE');
  return { kind: 'npm', name, range };
}

function gitSource(written: string, url: string, place: string): Source {
  const colon = place.indexOf(':');
  const [ref, folder] = colon === -1 ? [place, ''] : [place.slice(0, colon), place.slice(colon + 1)];
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(url))
    throw refused(
      written.replace(/:\/\/[^/@]*@/, '://...@'),
      'it holds a password, which would be recorded; use a credential helper of Git',
    );
  if (/^(?:\w+:\/\/)?(?:[^/@]*@)?-/.test(url)) throw refused(written, 'its host begins with a dash');
  if (ref === '') throw refused(written, 'it names no branch, tag or commit; write URL#REF');
  if (!/^[A-Za-z0-9][\w./+-]*$/.test(ref) || ref.includes('..'))
    throw refused(written, `${ref} is no name of a branch, tag or commit`);
  if (folder.split('/').includes('..') || folder.startsWith('/') || folder.startsWith('-') || folder.includes('\\'))
    throw refused(written, `${folder} is no folder of the repository`);
  return { kind: 'git', url, ref, folder: join(folder, '.') === '.' ? '' : folder.replace(/\/+$/, '') };
}

function refused(written: string, why: string): DewarError {
  return new DewarError(`--pack ${written}: ${why}.`, Exit.usage);
}
