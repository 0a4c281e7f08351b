import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourcesBelow } from './support/imports.ts';

// The house style as far as the linter has no rule for it; sizes and complexity are in biome.json.

describe('the sources', () => {
  it('say in a comment what each exported function does', () => {
    const bare = [...sourcesBelow('src'), ...sourcesBelow('scripts')]
      .filter((file) => !file.startsWith('src/generated/'))
      .flatMap((file) => undocumented(file));
    expect(bare).toEqual([]);
  });

  it('have no index file where Yeoman would take it for a generator', () => {
    const tops = ['src', 'test', 'scripts', 'templates'].filter((folder) => existsSync(join(root, folder)));
    const found = tops.flatMap((folder) => readdirSync(join(root, folder)).filter((name) => /^index\./.test(name)));
    expect(found).toEqual([]);
  });
});

/** Exported functions without a doc comment straight above. */
function undocumented(file: string): string[] {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const name = /^export (?:default )?(?:async )?(?:function\*?|class) (\w+)/.exec(line)?.[1];
    const above = lines[index - 1] ?? '';
    return name === undefined || above.trimEnd().endsWith('*/') ? [] : [`${file}: ${name}`];
  });
}
