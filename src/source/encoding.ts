import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, type Source, sourceOf } from './text.ts';

/** A file of text in UTF-8 or, with a byte order mark, UTF-16; undefined for any other and for one that is not there. */
export function readText(root: string, path: string): Source | undefined {
  const full = join(root, path);
  if (!existsSync(full)) return undefined;
  const bytes = readFileSync(full);
  const encoding = wideEncoding(bytes);
  if (encoding) {
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    return { ...sourceOf(path, text), encoding };
  }
  const decoded = decode(bytes);
  return 'unread' in decoded ? undefined : sourceOf(path, decoded.text);
}

/** A new text of a file as its bytes are stored; UTF-8 is left to the writer. */
export function stored(text: string, encoding: Source['encoding']): string | Uint8Array {
  if (encoding === undefined) return text;
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

/** Told by the byte order mark: PowerShell writes `pip freeze > FILE` so. */
function wideEncoding([first, second]: Uint8Array): Source['encoding'] {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}
