import { readDependencyFiles } from '../../src/deploy/dependencies.ts';
import { readApp } from '../../src/flask/read.ts';
import type { PackageChange } from '../../src/mitigation.ts';
import { type Packages, planPackages } from '../../src/plan/dependencies.ts';
import { platformOf } from '../../src/plan/platform.ts';
import { applySplices } from '../../src/source/splice.ts';
import { tree } from './tree.ts';

/** What becomes of a project's lists when packages are added: the new text of each that changed, and what is said. */
export interface Listed extends Pick<Packages, 'byHand'> {
  readonly notes: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** Adds packages to the lists of a project that has these files besides an `app.py`. */
export async function withPackages(
  files: Readonly<Record<string, string | Uint8Array>>,
  wanted: readonly PackageChange[],
): Promise<Listed> {
  const root = tree({ 'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n', ...files });
  return packagesIn(root, wanted);
}

/** Adds packages to the lists of the project in a folder; nothing is written. */
export async function packagesIn(root: string, wanted: readonly PackageChange[]): Promise<Listed> {
  const app = await readApp(root);
  const read = readDependencyFiles(root, app.files, app.sites[0]?.file ?? '');
  const contributions = wanted.map((change) => ({ from: 'test', change }));
  const { sources, splices, byHand, installation } = await planPackages(
    { files: read, platform: platformOf(app, read) },
    contributions,
  );
  const after = sources.map((source) => {
    const own = splices.filter(({ file }) => file === source.path);
    return [source.path, applySplices(source, own)];
  });
  return { files: Object.fromEntries(after), byHand, notes: installation ? [installation.note] : [] };
}
