import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Captured, dewar } from './capture.ts';
import { realWiring } from './real-wiring.ts';
import { tree } from './tree.ts';

/** A folder with packs and apps in it, and a user who has neither copies nor decisions yet. */
export interface Desk {
  readonly folder: string;
  readonly run: (...argv: readonly string[]) => Promise<Captured>;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  readonly edit: (path: string, change: (text: string) => string) => void;
  readonly env: Readonly<Record<string, string>>;
}

/** A manifest with no more than it must have. */
export function manifest(name: string, more = ''): string {
  return `name: ${name}\nversion: 1.0.0\nsummary: What we do\ndewar: '>=0.1'\n${more}`;
}

/** Puts files into a folder of their own. */
export function desk(files: Readonly<Record<string, string>>): Desk {
  const folder = tree(files);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  return {
    folder,
    env,
    read,
    write,
    edit: (path, change) => write(path, change(read(path))),
    run: (...argv) => dewar(argv, { cwd: folder, env, wiring: realWiring }),
  };
}
