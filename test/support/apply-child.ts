import { readFileSync } from 'node:fs';
import { apply } from '../../src/plan/apply.ts';
import { watched, writeHalf } from './faulty-disk.ts';

// Applies the writes of a file and is killed at a step: `apply-child.mjs ROOT WRITES STEP whole|torn`.
const [root = '', writes = '', at = '', how = ''] = process.argv.slice(2);
const disk = watched((step, name, args) => {
  if (step !== Number(at)) return;
  if (how === 'torn' && name === 'write') writeHalf(args);
  process.kill(process.pid, 'SIGKILL');
});
apply(root, JSON.parse(readFileSync(writes, 'utf8')), disk);
