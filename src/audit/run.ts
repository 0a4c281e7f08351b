import { DewarError } from '../error.ts';
import { nameOf } from '../flask/apart.ts';
import type { AppFacts, Unescaped, Unread } from '../flask/facts.ts';
import { placeOf } from '../flask/flags.ts';
import type { Audit, Cap, Evidence, Finding, Mitigation, Place, Rule, Severity } from '../mitigation.ts';
import type { Known } from './baseline.ts';
import { fingerprinted } from './fingerprint.ts';
import { mask } from './mask.ts';
import { judge, type State } from './states.ts';
import type { Suppressed, Suppressor } from './suppress.ts';

/** What the audit needs of a mitigation. */
export type Audited = Pick<Mitigation, 'id' | 'title'> & Audit;

/** One fault with the rule that found it; without a file it is something absent. */
export interface Missing {
  readonly rule: string;
  readonly severity: Severity;
  readonly weakness: string;
  /** Stays the same while lines move. */
  readonly fingerprint: string;
  readonly file?: string;
  readonly line?: number;
  readonly text?: string;
  readonly why: string;
  readonly fix: string;
}

/** An app that was judged, called as a production server is told of it, with where it is made. */
export interface Judged extends Place {
  readonly name: string;
}

/** The verdict on one mitigation. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly state: State;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly reason: string;
  readonly implemented: readonly Evidence[];
  readonly missing: readonly Missing[];
  /** Every place that shows a value without escaping it; only the mitigation of templates has such a list. */
  readonly unescaped?: readonly Unescaped[];
}

export interface AuditReport {
  readonly root: string;
  /** Which apps the rows speak of. */
  readonly apps: readonly Judged[];
  readonly mitigations: readonly Row[];
  readonly suppressed: readonly Suppressed[];
  /** Suppressions that are at fault themselves, and baseline entries that match nothing any more. */
  readonly faults: readonly Missing[];
  readonly stale: readonly Known[];
  readonly unread: readonly Unread[];
  /** How many files were looked at. */
  readonly files: number;
}

/**
 * Judges every mitigation of an app by its facts; nothing is run or written. A finding that the suppressor takes lowers no state.
 * @throws DewarError when there is no Flask app to judge.
 */
export function audit(app: AppFacts, mitigations: readonly Audited[], suppressor: Suppressor = nothing): AuditReport {
  if (app.sites.length === 0)
    throw new DewarError(`No Flask app was found below ${app.root}; name the folder that holds it.`);
  const suppressed: Suppressed[] = [];
  const open = (finding: Missing): boolean => {
    const decided = suppressor.suppressed(finding);
    if (decided) suppressed.push(decided);
    return decided === undefined;
  };
  return {
    root: app.root,
    apps: judgedIn(app),
    mitigations: mitigations.map((mitigation) => rowOf(app, mitigation, open)),
    suppressed,
    faults: suppressor.faults(),
    stale: [],
    unread: app.unread,
    files: app.files.length,
  };
}

/** The best app of those that share their code; the settings of the others are read along with it. */
function judgedIn({ sites }: AppFacts): Judged[] {
  return sites.slice(0, 1).map((site) => ({ ...placeOf(site), name: nameOf(site) }));
}

const nothing: Suppressor = { suppressed: () => undefined, faults: () => [] };

/** The report without the findings that a baseline knows; the states stay what they are. */
export function withBaseline(report: AuditReport, known: readonly Known[], reason: string): AuditReport {
  const expected = new Set(known.map(({ fingerprint }) => fingerprint));
  const isNew = ({ fingerprint }: Missing): boolean => !expected.has(fingerprint);
  const all = [...report.mitigations.flatMap(({ missing }) => missing), ...report.faults];
  const there = new Set(all.map(({ fingerprint }) => fingerprint));
  return {
    ...report,
    mitigations: report.mitigations.map((row) => ({ ...row, missing: row.missing.filter(isNew) })),
    faults: report.faults.filter(isNew),
    suppressed: [
      ...report.suppressed,
      ...all.filter((each) => !isNew(each)).map((each) => ({ ...each, by: 'baseline' as const, reason })),
    ],
    stale: known.filter(({ fingerprint }) => !there.has(fingerprint)),
  };
}

function rowOf(app: AppFacts, mitigation: Audited, isOpen: (finding: Missing) => boolean): Row {
  const { id, title } = mitigation;
  if (!mitigation.applies(app)) {
    const reason = mitigation.unneeded ?? 'The app has nothing that this would protect.';
    return { id, title, state: 'n-a', confidence: confidence(app), reason, implemented: [], missing: [] };
  }
  const implemented = once([...mitigation.evidence(app)]).map((each) => ({ ...each, text: mask(each.text) }));
  const found = mitigation.rules.flatMap((rule) => [...rule.find(app)].map((finding) => missingOf(rule, finding)));
  const open = fingerprinted(found).filter(isOpen).sort(bySeverity);
  const missing = open.map(withoutCap);
  const unescaped =
    mitigation.unescaped && [...mitigation.unescaped(app)].map((each) => ({ ...each, text: mask(each.text) }));
  const listed = unescaped && { unescaped };
  return { id, title, confidence: confidence(app), implemented, missing, ...listed, ...judge(implemented, open) };
}

function once(evidence: readonly Evidence[]): Evidence[] {
  const places = evidence.map(({ file, line }) => `${file}:${line}`);
  return evidence.filter((_, index) => places.indexOf(places[index] ?? '') === index);
}

const ranks: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 };

function bySeverity(a: Missing, b: Missing): number {
  const place = ({ file = '', line = 0 }: Missing): string => `${file} ${String(line).padStart(7, '0')}`;
  return ranks[a.severity] - ranks[b.severity] || (place(a) < place(b) ? -1 : 1);
}

type Capped = Missing & { readonly atMost?: Cap };

function missingOf(rule: Rule, { place, why, fix, atMost = rule.atMost }: Finding): Omit<Capped, 'fingerprint'> {
  const at = place && { file: place.file, line: place.line, text: mask(place.text) };
  const { id, severity, weakness } = rule;
  return { rule: id, severity, weakness, ...at, why, fix, ...(atMost && { atMost }) };
}

/** Reports do not need what only decides the state. */
function withoutCap({ atMost: _, ...missing }: Capped): Missing {
  return missing;
}

/** What could not be read may hold what was not found. */
function confidence(app: AppFacts): Row['confidence'] {
  const lost = app.unread.some(({ file }) => /\.(py|html?|jinja2?|j2)$/.test(file));
  return lost ? 'medium' : 'high';
}
