import type { Severity } from '../mitigation.ts';
import { fingerprinted } from './fingerprint.ts';
import type { Ignore } from './ignore.ts';
import type { Missing } from './run.ts';

/** A finding that was decided about: by a comment or the project's settings, or because a baseline knows it. */
export interface Suppressed extends Missing {
  readonly by: 'comment' | 'settings' | 'baseline';
  readonly reason: string;
}

/** Decides which findings are suppressed, and tells afterwards which suppressions are themselves at fault. */
export interface Suppressor {
  readonly suppressed: (finding: Missing) => Suppressed | undefined;
  readonly faults: () => Missing[];
}

/** Suppressions as of a day, written `2027-01-31`; an expired one suppresses nothing. */
export function suppressor(
  ignores: readonly Ignore[],
  { rules, today }: { rules: readonly string[]; today: string },
): Suppressor {
  const used = new Set<Ignore>();
  const holds = ({ until }: Ignore): boolean => until === undefined || until >= today;
  return {
    suppressed: (finding) => {
      const found = ignores.find((each) => speaksOf(each, finding) && holds(each));
      if (!found) return undefined;
      used.add(found);
      return { ...finding, by: found.line === undefined ? 'settings' : 'comment', reason: found.reason };
    },
    faults: () =>
      fingerprinted(ignores.flatMap((each) => faultsOf(each, { rules, expired: !holds(each), used: used.has(each) }))),
  };
}

function speaksOf({ rules, place, line }: Ignore, finding: Missing): boolean {
  if (!rules.includes(finding.rule)) return false;
  return line === undefined ? finding.file === undefined : finding.file === place.file && finding.line === line;
}

interface Standing {
  readonly rules: readonly string[];
  readonly expired: boolean;
  readonly used: boolean;
}

type Fault = Omit<Missing, 'fingerprint'>;

function faultsOf(ignore: Ignore, { rules, expired, used }: Standing): Fault[] {
  const fault = (rule: string, severity: Severity, [why, fix]: readonly [string, string]): Fault => ({
    rule: `audit/${rule}`,
    severity,
    weakness: 'CWE-1059',
    ...ignore.place,
    why,
    fix,
  });
  const named = ignore.rules.join(', ');
  const unknown = ignore.rules.filter((rule) => !rules.includes(rule));
  if (named === '') return [fault('bare-suppression', 'medium', noRule)];
  if (unknown.length > 0)
    return [
      fault('unknown-rule', 'medium', [`There is no rule ${unknown.join(', ')}.`, 'Take the id from the report.']),
    ];
  if (expired)
    return [fault('expired-suppression', 'medium', [`The suppression of ${named} ended on ${ignore.until}.`, anew])];
  const bare =
    ignore.reason === ''
      ? [fault('bare-suppression', 'medium', [`The suppression of ${named} gives no reason.`, sayWhy])]
      : [];
  const gone = [`Nothing that ${named} finds stands there any more.`, 'Delete the suppression.'] as const;
  return used ? bare : [...bare, fault('unused-suppression', 'low', gone)];
}

const noRule = ['The comment names no rule, so it suppresses nothing.', 'Write ignore[RULE] and the reason.'] as const;
const anew = 'Mend the finding, or decide anew until when it may stay.';
const sayWhy = 'Say behind the bracket why the finding may stay.';
