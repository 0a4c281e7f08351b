import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DewarError, Exit } from '../error.ts';
import type { Audit, Mitigation } from '../mitigation.ts';
import type { Hook, Pack } from '../pack.ts';
import { literals } from '../plan/literals.ts';
import type { Template } from '../plan/render.ts';
import type { Contents } from './contents.ts';
import type { ReadPack } from './layer.ts';
import type { Manifest } from './manifest.ts';
import { requireConsent, type Trusting } from './trust.ts';

/** What the code of a pack brings, once it may run. */
export interface PackCode {
  readonly plan?: Pack['plan'];
  readonly mitigations: readonly Mitigation[];
  readonly audits: Readonly<Record<string, Audit>>;
  readonly migrations: Pack['migrations'];
  readonly afterNew?: Hook;
  /** Compiles a template of free EJS. */
  readonly compile?: (file: string, text: string) => Template;
}

/**
 * The pack with its code, where it brings any and the user consents. What is imported is a copy of exactly the bytes that
 * were hashed.
 * @throws DewarError with exit 4 without consent, and for modules that do not export what they should.
 */
export async function withCode(pack: ReadPack, trusting: Trusting): Promise<ReadPack> {
  const { code } = pack.manifest;
  if (!code) return pack;
  await requireConsent(pack, trusting);
  const folder = mkdtempSync(join(tmpdir(), 'dewar-code-'));
  // Its modules may load others of it later.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  place(folder, pack.contents);
  return { ...pack, code: await imported(folder, code) };
}

function place(folder: string, contents: Contents): void {
  for (const [path, bytes] of contents) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, { flag: 'wx' });
  }
}

async function imported(folder: string, code: NonNullable<Manifest['code']>): Promise<PackCode> {
  const { plan, mitigations, audits, migrations, afterNew, templates } = code;
  return {
    ...(plan && { plan: (await moduleAt(folder, plan, isFunction)) as Pack['plan'] }),
    mitigations: mitigations ? ((await moduleAt(folder, mitigations, Array.isArray)) as Mitigation[]) : [],
    audits: audits ? ((await moduleAt(folder, audits, isObject)) as PackCode['audits']) : {},
    migrations: migrations ? ((await moduleAt(folder, migrations, isObject)) as PackCode['migrations']) : {},
    ...(afterNew && { afterNew: (await moduleAt(folder, afterNew, isFunction)) as Hook }),
    ...(templates && { compile: await compiler() }),
  };
}

async function moduleAt(folder: string, path: string, fits: (value: unknown) => boolean): Promise<unknown> {
  let found: { readonly default?: unknown };
  try {
    found = await import(/* @vite-ignore */ pathToFileURL(join(folder, path)).href);
  } catch (error) {
    throw new DewarError(`${path}: it cannot be loaded: ${(error as Error).message}`, Exit.usage);
  }
  if (fits(found.default)) return found.default;
  throw new DewarError(`${path}: its default export is not what docs/packs.md says.`, Exit.usage);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Plain EJS, as EJS itself cuts it; only with consent, since it is JavaScript. */
async function compiler(): Promise<NonNullable<PackCode['compile']>> {
  const { default: ejs } = await import('ejs');
  const destructuredLocals = ['answers', 'project', 'has', 'slot', 'lock', ...Object.keys(literals)];
  return (file, text) => {
    const options = { filename: file, strict: true, _with: false, escape: String, destructuredLocals };
    const template = ejs.compile(text, options);
    return (locals) => template({ ...literals, ...locals });
  };
}
