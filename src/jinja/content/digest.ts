import { createHash } from 'node:crypto';

/** The source of a content security policy that allows this very code. */
export function digestOf(code: string): string {
  return `'sha256-${createHash('sha256').update(code).digest('base64')}'`;
}
