import { codeOf, refusal } from '../plan/disk.ts';

const READING = ['access', 'lstat', 'open', 'read', 'readlink', 'realpath', 'scandir', 'stat'];

/** One sentence for an error of the operating system; undefined for any other, which is a fault of ours. */
export function systemError(error: unknown): string | undefined {
  if (!/^E[A-Z0-9]+$/.test(codeOf(error))) return undefined;
  const { syscall = '', path } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return 'The current folder is not there any more. Change to another one with cd.';
  const verb = READING.includes(syscall) ? 'read' : 'write';
  return refusal(path ?? 'to the disk', error, verb).message;
}

/** What to say where a stream cannot take the command's words. */
export function outputError(error: unknown): string {
  return refusal('the output', error).message;
}
