import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockTable } from '../src/packs/uv-lock.ts';
import writeGenerated from './catalog.ts';
import { allPackages } from './requirements.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'generators/app/locks.json');

async function main(): Promise<void> {
  writeGenerated();
  const { catalog } = await import('../src/catalog.ts');
  const table = await lockTable(allPackages(catalog), process.argv.includes('--upgrade') ? undefined : catalog.locks());
  writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
