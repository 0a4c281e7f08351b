import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** Declarations of what an entry exports, and of all that they mention, by path below src/. */
export function declarations(root: string, entry: string): Readonly<Record<string, string>> {
  const [folder, config] = [join(root, '.cache/types'), join(root, '.cache/tsconfig.types.json')];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(config), { recursive: true });
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: 'types',
    rootDir: '..',
    types: ['node'],
    typeRoots: ['../node_modules/@types'],
  };
  writeFileSync(
    config,
    JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: [], files: [`../src/${entry}`] }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', config], {
    stdio: 'inherit',
  });
  const found: Record<string, string> = {};
  const visit = (path: string): void => {
    const name = path.replace(/\.ts$/, '.d.ts');
    if (name in found) return;
    const text = readFileSync(join(folder, 'src', name), 'utf8');
    // Who reads these has no TypeScript beside them.
    found[name] = text.replace(/(from '|import\(["'])(\.[^'"]+)\.ts(['"])/g, '$1$2.js$3');
    for (const [, to = ''] of text.matchAll(/(?:from|import\() ?['"](\.[^'"]+\.ts)['"]/g))
      visit(posix.join(posix.dirname(path), to));
  };
  visit(entry);
  return found;
}
