import { chmodSync } from 'node:fs';

/** Does something while a folder has these bits, without the rights that root has whatever the bits say. */
export async function asNobody<T>(folder: string, bits: number, what: () => Promise<T>): Promise<T> {
  chmodSync(folder, bits);
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    return await what();
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(folder, 0o700);
  }
}
