import type { AppFacts } from '../../src/flask/facts.ts';
import type { Place } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';

/**
 * Where the app gives its templates a `csrf_token` of its own making: it would stand in forms in place of the one that
 * the check knows.
 */
export function ownToken({ modules }: Pick<AppFacts, 'modules'>): Place | undefined {
  for (const { path: file, role, source, functions } of modules.values()) {
    if (role !== 'production' || !source.text.includes('csrf_token')) continue;
    const global =
      /\.globals(\[\s*["']csrf_token["']\s*\]\s*=|\.update\(\s*csrf_token\s*=)(?![^\n]*generate_csrf\b)/.exec(
        source.text,
      );
    const given = functions.find(
      (fn) =>
        fn.decorators.some((each) => each.kind === 'name' && /\.(app_)?context_processor$/.test(each.target)) &&
        names.test(source.text.slice(fn.start, fn.end)),
    );
    const at = global?.index ?? given?.start;
    if (at !== undefined) return { file, line: lineAt(source, at), text: quote(source, at) };
  }
  return undefined;
}

/** `{"csrf_token": ...}` or `dict(csrf_token=...)`, of anything but Flask-WTF's own function. */
const names = /(["']csrf_token["']\s*:|\bcsrf_token\s*=)(?![^\n]*generate_csrf\b)/;
