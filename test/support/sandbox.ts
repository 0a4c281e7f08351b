import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './python.ts';

/** A folder of this machine at a path of the container. */
export interface Mount {
  readonly path: string;
  readonly folder: string;
  readonly writable: boolean;
}

/** What a container runtime is told: nothing else reaches the process. */
export interface Box {
  /** Stands in for the image's file system; its folders replace those of this machine. */
  readonly files: string;
  readonly user: { readonly uid: number; readonly gid: number; readonly groups?: readonly number[] };
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly mounts: readonly Mount[];
  /** Whose network it shares; that of this machine where there is none. */
  readonly network?: number;
}

/** Folders of an image that are its own; all others are those of this machine, read-only. */
export const own = ['etc', 'opt', 'run', 'tmp', 'usr/local', 'var'] as const;

/** The command line that runs a program in a box: read-only but for its mounts, as an ordinary user, without rights. */
export function boxed(box: Box, command: readonly string[]): string[] {
  const { uid, gid, groups = [] } = box.user;
  const identity = ['--reuid', `${uid}`, '--regid', `${gid}`];
  const group = groups.length > 0 ? ['--groups', groups.join()] : ['--clear-groups'];
  const rights = ['--bounding-set', '-all', '--inh-caps', '-all', '--ambient-caps', '-all', '--no-new-privs'];
  const system = own.flatMap((each) => ['--ro-bind', `${box.files}/${each}`, `/${each}`]);
  // A mount below another one comes after it.
  const mounts = [...box.mounts].sort((a, b) => (a.path < b.path ? -1 : 1));
  const bound = mounts.flatMap(({ path, folder, writable }) => [writable ? '--bind' : '--ro-bind', folder, path]);
  return [
    ...base(box),
    ...system,
    ...bound,
    '--remount-ro',
    '/',
    '--',
    tool('setpriv'),
    ...identity,
    ...group,
    ...rights,
    ...command,
  ];
}

/** The command line of a step that makes the image: as root, and what it writes stays in the image's folders. */
export function building(box: Omit<Box, 'user' | 'mounts'>, command: readonly string[]): string[] {
  const system = own.flatMap((each) => ['--bind', `${box.files}/${each}`, `/${each}`]);
  return [...base(box), ...system, '--', ...command];
}

/** What the base images and this machine have in common. */
const programs = ['/usr', '/bin', '/sbin', '/lib', '/lib64'].flatMap((folder) => ['--ro-bind-try', folder, folder]);

function base({ env, folder, network }: Pick<Box, 'env' | 'folder' | 'network'>): string[] {
  if (process.getuid?.() !== 0) throw new Error('Containers are imitated with real user ids: run this test as root.');
  const inside = network === undefined ? [] : [tool('nsenter'), `--net=/proc/${network}/ns/net`];
  const variables = Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]);
  return [
    ...[...inside, tool('bwrap'), '--die-with-parent', '--new-session', '--unshare-pid', '--unshare-ipc'],
    ...['--cap-add', 'ALL', ...programs, '--proc', '/proc', '--dev', '/dev'],
    ...['--perms', '1777', '--tmpfs', '/dev/shm', ...interpreter(), '--chdir', folder, '--clearenv', ...variables],
  ];
}

/** Python outside of /usr, such as one in root's home, must be there for ordinary users too; the rest of that folder is not. */
function interpreter(): string[] {
  const prefix = run('python3', ['-c', 'import sys; print(sys.base_prefix)']).trim();
  if (prefix === '/usr') return [];
  const parts = prefix.split('/').slice(1, -1);
  const parents = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  const folders = parents.flatMap((folder) => ['--perms', '0755', '--dir', folder]);
  return [...folders, '--ro-bind', prefix, prefix];
}

/** Path of a program that Debian ships. */
export function tool(name: string): string {
  const found = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].map((folder) => `${folder}/${name}`).find(existsSync);
  if (found === undefined) throw new Error(`There is no ${name} on this machine: install what .ci/packages lists.`);
  return found;
}

/** A network of its own, with nothing but a loopback address, as containers have one; ports below 1024 are free to all. */
export async function network(): Promise<{ pid: number; stop: () => void }> {
  const script = `${tool('ip')} link set lo up && echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start && exec sleep infinity`;
  const child = spawn(tool('unshare'), ['--net', 'sh', '-c', script], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  for (let tries = 0; tries < 100; tries++) {
    if (existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n')
      return { pid, stop: () => void child.kill() };
    await wait(50);
  }
  child.kill();
  throw new Error('A network of its own could not be made: this test needs the right to do so.');
}
