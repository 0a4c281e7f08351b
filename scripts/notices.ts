import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** Folders of the packages whose code stands in the outputs, such as `node_modules/ejs`, sorted. */
export function bundledPackages(metafile: Metafile): string[] {
  const found = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined && bytesInOutput > 0) found.add(folder);
    }
  }
  return [...found].sort();
}

/** The text of THIRD-PARTY-NOTICES: name, version and licence of each package, in full. */
export function notices(root: string, folders: readonly string[]): string {
  const parts = folders.map((folder) => notice(join(root, folder)));
  const head = 'Dewar holds code of these packages. Each is used under the licence that follows its name.\n';
  return [head, ...parts].join(`\n${'-'.repeat(79)}\n\n`);
}

function notice(folder: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  return `${name} ${version} (${license ?? 'see below'})\n\n${licenceText(folder, manifest).trim()}\n`;
}

function licenceText(folder: string, manifest: Manifest): string {
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  const fromReadme = readmeLicence(folder);
  if (fromReadme !== undefined) return fromReadme;
  return standardText(manifest);
}

/** Some packages state their terms in the last section of the README only. */
function readmeLicence(folder: string): string | undefined {
  const file = ['README.md', 'readme.md', 'README.markdown', 'readme.markdown']
    .map((name) => join(folder, name))
    .find(existsSync);
  const section = file && /^#+ licen[cs]e\s*\n([\s\S]*)/im.exec(readFileSync(file, 'utf8'))?.[1];
  return section && /permission is hereby granted/i.test(section) ? section : undefined;
}

function standardText({ name, license, author }: Manifest): string {
  const text = license === undefined ? undefined : standardTexts[license];
  if (text === undefined)
    throw new Error(`${name} carries no licence text (its licence: ${license}); add one to scripts/notices.ts.`);
  const holder = typeof author === 'object' ? author.name : (author ?? `the authors of ${name}`);
  return text.replace('<holder>', holder.replace(/\s*[<(].*$/, ''));
}

const standardTexts: Readonly<Record<string, string>> = {
  MIT: `Copyright (c) <holder>

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};
