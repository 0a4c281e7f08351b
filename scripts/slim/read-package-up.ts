import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest package.json at or above `cwd`, as far as Yeoman's base class looks at it. */
export function readPackageUpSync({ cwd }: { readonly cwd: string }): { packageJson: unknown } | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return { packageJson: JSON.parse(readFileSync(file, 'utf8')) };
    if (folder === dirname(folder)) return undefined;
  }
}
