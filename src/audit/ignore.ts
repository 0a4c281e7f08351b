import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppFacts } from '../flask/facts.ts';
import type { Place } from '../mitigation.ts';

/** A rule that the project's people have decided to live with, at one place or, for what is absent, as a whole. */
export interface Ignore {
  readonly place: Place;
  /** Ids of rules; none where the comment forgets to say. */
  readonly rules: readonly string[];
  /** Empty where none is given. */
  readonly reason: string;
  /** Last day on which it holds, as `2027-01-31`. */
  readonly until?: string;
  /** Line that it speaks of; undefined for what is absent. */
  readonly line?: number;
}

const comment =
  /(#|\{#-?|<!--|\/\/|;)[ \t]*dewar:[ \t]*ignore(?:\[([^\]\n]*)\])?[ \t]*(.*?)[ \t]*(?:-?#\}|-->|\*\/)?[ \t]*\r?$/;

/** Files other than Python in which rules find something. */
const commented =
  /(^|\/)(Dockerfile[^/]*|Procfile[^/]*|Caddyfile|\.env[^/]*|\.flaskenv)$|\.(html?|jinja2?|j2|ya?ml|toml|cfg|ini|conf|service|sh)$/i;

/** Every ignoring comment of an app. */
export function ignoresOf(app: AppFacts): Ignore[] {
  return app.files.flatMap((file) => {
    const text = app.modules.get(file)?.source.text ?? (commented.test(file) ? textOf(join(app.root, file)) : '');
    return ignoresIn(file, text);
  });
}

/** Empty where the file is data or cannot be read, which the report says already. */
function textOf(path: string): string {
  try {
    return statSync(path).size > 1_000_000 ? '' : readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Every ignoring comment of a file, in Python, templates and configuration; a line that holds nothing else speaks of the next one. */
export function ignoresIn(file: string, text: string): Ignore[] {
  if (!text.includes('dewar:')) return [];
  return text.split('\n').flatMap((written, index) => {
    const match = comment.exec(written);
    if (!match) return [];
    const [, , rules = '', rest = ''] = match;
    const alone = written.slice(0, match.index).trim() === '';
    const place = { file, line: index + 1, text: written.trim() };
    return [{ place, ...statement(rules.split(','), rest), line: place.line + (alone ? 1 : 0) }];
  });
}

/** What is said after `ignore`: a reason, and perhaps `until DATE` at its end. */
export function statement(rules: readonly string[], said: string): Pick<Ignore, 'rules' | 'reason' | 'until'> {
  const [, reason = said, until] = /^(.*?)[ \t,;(]*\buntil (\d{4}-\d{2}-\d{2})\)?$/.exec(said) ?? [];
  const named = rules.map((rule) => rule.trim()).filter((rule) => rule !== '');
  return { rules: named, reason: reason.replace(/^[-:–\s]+/, '').trim(), ...(until !== undefined && { until }) };
}
