import { type Contents, collecting, isPart, refused } from './contents.ts';

const BLOCK = 512;
const links: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
};

/**
 * The files of a pack in the archive of an npm package, all of which lie below one folder there. Nothing is written.
 * @throws DewarError for links and for names that no file can have.
 */
export function unpack(source: string, archive: Buffer): Contents {
  const collector = collecting(source);
  for (const { type, path, body } of entries(source, archive)) {
    if (type === '5' || !isPart(path)) continue;
    if (type !== '0' && type !== '\0') throw refused(source, path, `it is ${links[type] ?? 'no regular file'}`);
    collector.announce(path, body.length);
    collector.add(path, Uint8Array.prototype.slice.call(body));
  }
  return collector.contents();
}

/** The entries with their paths, the longer ones of which stand in an entry of their own before. */
function* entries(source: string, archive: Buffer): Iterable<{ type: string; path: string; body: Buffer }> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const { type, name, size } = entryOf(source, archive.subarray(at, at + BLOCK));
    const body = archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x') longName = pathIn(body);
    if (type === 'x' || type === 'g') continue;
    yield { type, path: withoutTop(longName ?? name), body };
    longName = undefined;
  }
}

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly size: number;
}

function entryOf(source: string, head: Buffer): Entry {
  const text = (start: number, length: number): string =>
    head.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  const prefix = text(345, 155);
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const size = Number.parseInt(text(124, 12).trim() || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) throw refused(source, name, 'its size cannot be read');
  return { type: head.toString('latin1', 156, 157), name, size };
}

/** The path of an extended header, whose records are `LENGTH KEY=VALUE`. */
function pathIn(body: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(body.toString('utf8'))?.[1];
}

function withoutTop(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
