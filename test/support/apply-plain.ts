import { readFileSync } from 'node:fs';
import { DewarError } from '../../src/error.ts';
import { apply } from '../../src/plan/apply.ts';

// Applies the writes of a file and prints what a user would read: `apply-plain.mjs ROOT WRITES`.
const [root = '', writes = ''] = process.argv.slice(2);
try {
  apply(root, JSON.parse(readFileSync(writes, 'utf8')));
} catch (error) {
  console.log(error instanceof DewarError ? error.message : `not a user's error: ${String(error)}`);
}
