import { basename } from 'node:path';

/** A file of the bundle. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** `import{a,b}from"./chunk-X.js";import"./chunk-Y.js";export{a,b};` and nothing else. */
const facade = /^import(\{[\w,]+\})from"\.\/([\w.-]+)";(?:import"[^"]+";)*export\1;$/;

/** The bundle without files that only pass on the names of another one, which `import()` may as well open itself. */
export function withoutFacades(files: readonly BundleFile[]): BundleFile[] {
  const targets = new Map<string, string>();
  for (const { path, text } of files) {
    const target = path.includes('chunks') ? facade.exec(text.trim())?.[2] : undefined;
    if (target !== undefined) targets.set(basename(path), target);
  }
  return files
    .filter(({ path }) => !targets.has(basename(path)))
    .map(({ path, text }) => ({ path, text: redirected(text, targets) }));
}

function redirected(text: string, targets: ReadonlyMap<string, string>): string {
  return text.replace(/\bimport\("(\.[\w./-]*\/)([\w.-]+)"\)/g, (all, folder: string, name: string) => {
    const target = targets.get(name);
    return target === undefined ? all : `import("${folder}${target}")`;
  });
}
