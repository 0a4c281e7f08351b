import { DewarError } from '../error.ts';
import type { AppFacts, Unread } from '../flask/facts.ts';
import type { Evidence, Finding, Mitigation, Rule, Severity } from '../mitigation.ts';
import { mask } from './mask.ts';
import { judge, type State } from './states.ts';

/** What the audit needs of a mitigation; `state` may override what evidence and findings say. */
export type Audited = Pick<Mitigation, 'id' | 'title' | 'rules' | 'applies' | 'evidence'> & {
  readonly state?: (app: AppFacts, row: Row) => Pick<Row, 'state' | 'reason'>;
};

/** One fault with the rule that found it; without a file it is something absent. */
export interface Missing {
  readonly rule: string;
  readonly severity: Severity;
  readonly weakness: string;
  readonly file?: string;
  readonly line?: number;
  readonly text?: string;
  readonly why: string;
  readonly fix: string;
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
}

export interface AuditReport {
  readonly root: string;
  readonly mitigations: readonly Row[];
  readonly suppressed: readonly Missing[];
  readonly unread: readonly Unread[];
  /** How many files were looked at. */
  readonly files: number;
}

/**
 * Judges every mitigation of an app by its facts; nothing is run or written.
 * @throws DewarError when there is no Flask app to judge.
 */
export function audit(app: AppFacts, mitigations: readonly Audited[]): AuditReport {
  if (app.sites.length === 0)
    throw new DewarError(`No Flask app was found below ${app.root}; name the folder that holds it.`);
  return {
    root: app.root,
    mitigations: mitigations.map((mitigation) => rowOf(app, mitigation)),
    suppressed: [],
    unread: app.unread,
    files: app.files.length,
  };
}

function rowOf(app: AppFacts, mitigation: Audited): Row {
  const { id, title } = mitigation;
  if (!mitigation.applies(app)) {
    const reason = 'The app has nothing that this would protect.';
    return { id, title, state: 'n-a', confidence: confidence(app), reason, implemented: [], missing: [] };
  }
  const implemented = once([...mitigation.evidence(app)]).map((each) => ({ ...each, text: mask(each.text) }));
  const missing = mitigation.rules.flatMap((rule) => [...rule.find(app)].map((finding) => missingOf(rule, finding)));
  const row = {
    id,
    title,
    confidence: confidence(app),
    implemented,
    missing: missing.sort(bySeverity),
    ...judge(implemented, missing),
  };
  return mitigation.state ? { ...row, ...mitigation.state(app, row) } : row;
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

function missingOf(rule: Rule, { place, why, fix }: Finding): Missing {
  const at = place && { file: place.file, line: place.line, text: mask(place.text) };
  return { rule: rule.id, severity: rule.severity, weakness: rule.weakness, ...at, why, fix };
}

/** What could not be read may hold what was not found. */
function confidence(app: AppFacts): Row['confidence'] {
  const lost = app.unread.some(({ file }) => /\.(py|html?|jinja2?|j2)$/.test(file));
  return lost ? 'medium' : 'high';
}
