import { sendsChanges } from '../jinja/requests.ts';
import type { Source } from '../source/text.ts';
import type { Role } from './facts.ts';
import { readSource, roleOf, type Tree } from './files.ts';

/** A file of JavaScript that sends requests which change something. */
export interface ScriptFile {
  readonly path: string;
  readonly role: Role;
  /** True where it speaks of a CSRF token. */
  readonly token: boolean;
}

/** Libraries, which send what the app's own scripts tell them to. */
const library =
  /(^|\/)(node_modules|bower_components|vendors?|libs?|plugins?)\/|(^|\/)(jquery|bootstrap|popper|axios|htmx|vue|react|angular|d3|moment|select2|datatables|tinymce|ckeditor|socket\.io|chart|leaflet|dropzone|codemirror|highlight)[^/]*\.js$|\.min\.js$/i;

/** The app's own scripts that change something by a request; libraries are left out. */
export function findScripts({ root, files }: Tree): ScriptFile[] {
  // What is too large to be read is no script of the app itself.
  const tree = { root, files, unread: [] };
  const own = tree.files.filter((path) => /\.(m?js|jsx|ts|tsx|vue)$/.test(path) && !library.test(path));
  return own.flatMap((path) => {
    const source: Source | undefined = readSource(tree, path);
    if (!source || !sendsChanges(source.text)) return [];
    return [{ path, role: roleOf(path), token: /x-?csrf-?token|x-?xsrf-?token|csrf/i.test(source.text) }];
  });
}
