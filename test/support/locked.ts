import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './imports.ts';
import { environment } from './python.ts';

/** A virtual environment with exactly what the text of a requirements file with hashes names; gives its folder of programs. */
export function lockedEnvironment(text: string): string {
  const folder = join(root, '.cache/locks');
  mkdirSync(folder, { recursive: true });
  // Named after its text, as environments are named after what they are asked for.
  const file = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.txt`);
  writeFileSync(file, text);
  return environment(['--require-hashes', '-r', file]);
}
