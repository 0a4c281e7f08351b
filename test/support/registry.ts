import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A registry of packages on this machine, as npm knows them. */
export interface Registry {
  readonly url: string;
  /** Packs the package in a folder with npm itself, and offers it. */
  readonly publish: (folder: string) => void;
  readonly close: () => Promise<void>;
}

interface Published {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly archive: Buffer;
}

/** Starts a registry that has nothing yet. */
export async function registry(): Promise<Registry> {
  const published: Published[] = [];
  const server = createServer(({ url = '' }, response) => {
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    const found = published.find(({ manifest }) => path === pathOf(manifest));
    if (found) return response.end(found.archive);
    const versions = published.filter(({ manifest }) => path === `/${manifest.name}`);
    if (versions.length > 0) return response.end(JSON.stringify(document(versions, urlOf())));
    return response.writeHead(404).end('{"error":"not found"}');
  });
  const urlOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: urlOf(),
    publish: (folder) => {
      const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts'], { cwd: folder, encoding: 'utf8' });
      const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      published.push({ manifest, archive: readFileSync(join(folder, filename)) });
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function pathOf({ name, version }: Published['manifest']): string {
  return `/${name}/-/${version}.tgz`;
}

function document(published: readonly Published[], url: string): object {
  const versions = published.map(({ manifest, archive }) => {
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    return [manifest.version, { ...manifest, dist: { tarball: url + pathOf(manifest), integrity } }] as const;
  });
  const [latest] = versions.at(-1) ?? [];
  return { name: published[0]?.manifest.name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) };
}
