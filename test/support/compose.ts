import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Image } from './image.ts';
import type { Box, Mount } from './sandbox.ts';

// biome-ignore lint/suspicious/noExplicitAny: services are of many shapes.
type Tree = Record<string, any>;

/** The compose file of an app. */
export function composeOf(app: string): Tree {
  return parse(readFileSync(join(app, 'compose.yaml'), 'utf8'), { merge: true }) as Tree;
}

/** Where the services run. */
export interface Machine {
  readonly app: string;
  readonly top: string;
  readonly network: number;
}

const hardened = { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] };

/** A service as Docker would start it: environment, user and mounts are those of the file and of its image. */
export function serviceBox(file: Tree, name: string, machine: Machine & { image: Image }): Box {
  const { image, network } = machine;
  const service = { tmpfs: [], volumes: [], secrets: [], ...file['services'][name] } as Tree;
  for (const [key, wanted] of Object.entries(hardened))
    if (JSON.stringify(service[key]) !== JSON.stringify(wanted)) throw new Error(`${name}: ${key} is ${service[key]}.`);
  const [uid, gid] = service['user']?.split(':').map(Number) ?? [image.user.uid, image.user.gid];
  const mounts: Mount[] = [
    ...service['tmpfs'].map((each: string) => tmpfs(each, join(machine.top, `tmpfs-${name}`))),
    ...service['volumes'].map((each: string) => volume(file, each, machine)),
    ...service['secrets'].map((each: string) => secret(file, each, machine.app)),
  ];
  for (const each of mounts) makeRoom(each, mounts, image);
  const env = { ...image.env, ...service['environment'] };
  return { files: image.files, user: { uid, gid }, env, folder: image.folder, mounts, network };
}

/** A mount needs its place in the image, or in the mount that it lies in. */
function makeRoom({ path, folder }: Mount, mounts: readonly Mount[], { files }: Image): void {
  const outer = mounts.find((each) => each.writable && path.startsWith(`${each.path}/`));
  const place = outer ? join(outer.folder, path.slice(outer.path.length)) : join(files, path);
  if (statSync(folder).isDirectory()) mkdirSync(place, { recursive: true });
  else {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, '');
  }
}

/** The command of a service, or of its image. */
export function commandOf(file: Tree, name: string, image: Image): readonly string[] {
  return (file['services'][name].command as string[] | undefined) ?? image.command;
}

/** The command of a health check, of a service or of its image. */
export function healthcheckOf(file: Tree, name: string, image: Image): readonly string[] {
  const [kind, ...command] = (file['services'][name].healthcheck?.test ?? ['CMD', ...image.healthcheck]) as string[];
  if (kind !== 'CMD') throw new Error(`${name}: its health check is run by a shell.`);
  return command;
}

function tmpfs(text: string, top: string): Mount {
  const [path = '', options = ''] = text.split(':');
  const folder = join(top, path);
  mkdirSync(folder, { recursive: true });
  own(folder, options);
  return { path, folder, writable: true };
}

/** A volume with a name is kept, and begins as the image's folder was; a path is that of the host. */
function volume(file: Tree, text: string, { app, top, image }: Machine & { image: Image }): Mount {
  const [source = '', path = '', mode] = text.split(':');
  const writable = mode !== 'ro';
  if (source.startsWith('.')) return { path, folder: join(app, source), writable };
  const folder = join(top, `volume-${source}`);
  if (!existsSync(folder)) {
    mkdirSync(folder);
    const before = join(image.files, path);
    const { uid, gid, mode: bits } = existsSync(before) ? statSync(before) : { uid: 0, gid: 0, mode: 0o755 };
    chownSync(folder, uid, gid);
    chmodSync(folder, bits);
    own(folder, file['volumes'][source]?.driver_opts?.o ?? '');
  }
  return { path, folder, writable };
}

function own(folder: string, options: string): void {
  const values = new Map(options.split(',').map((each) => each.split('=') as [string, string]));
  if (values.has('uid')) chownSync(folder, Number(values.get('uid')), Number(values.get('gid')));
  if (values.has('mode')) chmodSync(folder, Number.parseInt(values.get('mode') ?? '', 8));
}

function secret(file: Tree, name: string, app: string): Mount {
  return { path: `/run/secrets/${name}`, folder: join(app, file['secrets'][name].file), writable: false };
}
