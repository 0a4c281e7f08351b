import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commands of one section of a guide, block by block, without what they stand under. */
export function commandsOf(guide: string, title: string): string[] {
  const section = guide.split(/^## /m).find((each) => each.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`The guide has no section "${title}".`);
  return [...section.matchAll(/^( *)```sh\n(.*?)^ *```/gms)].map(([, indent = '', block = '']) =>
    block.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Programs of an administrator that a test must not run: each does what is needed for the next step, and says how it was called. */
const stands: Readonly<Record<string, string>> = {
  // `sudo NAME=VALUE program` sets variables.
  sudo: 'exec env "$@"',
  apt: '',
  systemctl: '',
  sudoedit: 'sed -i "s|^REDIS_URL=.*|REDIS_URL=unix:///run/redis/redis.sock|; /^SECRET_KEY\\(_FILE\\)\\?=/d" "$1"',
  certbot: 'mkdir -p /etc/letsencrypt/live && cp -r /tmp/tls "/etc/letsencrypt/live/$4"',
  // `docker run --rm IMAGE program ...` is the only one whose output is used.
  docker: '[ "$1" != run ] || { shift 3; export PATH="/opt/venv/bin:$PATH" PYTHONPATH=src; exec "$@"; }',
  kubectl: '',
};

/** Writes the stand-ins into a folder; what they are called with goes to the file `calls`. */
export function standIns(folder: string, calls: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, action] of Object.entries(stands)) {
    const line = `echo "${name} $*" >> ${calls}`;
    writeFileSync(join(folder, name), `#!/bin/sh -e\n${line}\n${action}\n`);
    chmodSync(join(folder, name), 0o755);
  }
}
