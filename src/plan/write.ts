/** One change of the disk; `content` null deletes the file. The path is relative to the root, with `/`. */
export interface Write {
  readonly path: string;
  readonly content: string | Uint8Array | null;
  readonly executable?: boolean;
}
