import type { Piece } from '../pieces.ts';
import { envPieces, ignorePieces, iniPieces } from './ini.ts';
import { requirementPieces } from './requirements.ts';
import { tomlPieces } from './toml.ts';
import { yamlPieces } from './yaml.ts';

/** Cuts a text into named pieces; undefined where it is laid out in a way that is left to a merge by lines. */
export type Cut = (text: string) => readonly Piece[] | undefined;

const cuts: readonly (readonly [RegExp, Cut])[] = [
  [/(^|\/)(requirements|constraints)[^/]*\.(txt|in)$|(^|\/)requirements\/[^/]+\.(txt|in)$/, requirementPieces],
  [/\.toml$/, tomlPieces],
  [/\.ya?ml$/, yamlPieces],
  [/(^|\/)\.env(\.[^/]+)?$|\.env$/, envPieces],
  [/\.(ini|cfg|service|socket|timer)$|(^|\/)\.(flake8|coveragerc|editorconfig)$/, iniPieces],
  [/(^|\/)\.(git|docker)ignore$/, ignorePieces],
];

/** How a file of this name is cut into pieces; undefined for those that are merged by lines only. */
export function cutOf(path: string): Cut | undefined {
  return cuts.find(([pattern]) => pattern.test(path))?.[1];
}
