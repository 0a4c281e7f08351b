import { resolve } from 'node:path';
import { appAround } from '../update/around.ts';
import type { Invocation } from './arguments.ts';
import type { Io } from './io.ts';
import type { Say } from './say.ts';

/** The folder that a command is about: the one that was named, else the current one or the app around it. */
export function rootOf({ command, options, positionals }: Invocation, io: Io, say: Say): string {
  const named = command.positional?.kind === 'folder' ? positionals[0] : options.project;
  const here = resolve(io.cwd, named ?? '.');
  if (named !== undefined || !command.inApp) return here;
  const root = appAround(here) ?? here;
  if (root !== here) say.note(usingApp(root));
  return root;
}

/** Tells which app was found above the current folder. */
export function usingApp(root: string): string {
  return `Using the app in ${root}, which this folder belongs to.`;
}
