import type { Mitigation } from '../mitigation.ts';
import type { PackOrigin } from '../pack.ts';
import type { PackCode } from './code.ts';
import type { Contents } from './contents.ts';
import type { Manifest } from './manifest.ts';
import type { OwnMitigation } from './mitigations.ts';
import type { Placed } from './templates.ts';

/** A pack that was read. */
export interface ReadPack {
  readonly contents: Contents;
  readonly manifest: Manifest;
  readonly origin: PackOrigin;
  /** What its code brings; absent where it is data. */
  readonly code?: PackCode;
}

/** What one pack brings, while it is laid over a catalog. */
export interface Layer {
  readonly read: ReadPack;
  readonly own: readonly OwnMitigation[];
  readonly placed: readonly Placed[];
}

/** The mitigations that the code of a pack declares. */
export function madeBy({ read }: Layer): readonly Mitigation[] {
  return read.code?.mitigations ?? [];
}
