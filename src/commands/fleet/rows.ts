/** What is known of one app of a fleet. */
export interface FleetRow {
  /** The folder, as it was named. */
  readonly app: string;
  /** The Dewar that wrote it last; undefined where none did. */
  readonly dewar?: string;
  /** Why it could not be looked at. */
  readonly error?: string;
  /** State of each mitigation by its id; from an audit. */
  readonly mitigations?: Readonly<Record<string, string>>;
  /** How many findings of each severity stand; from an audit. */
  readonly findings?: Readonly<Record<'high' | 'medium' | 'low', number>>;
  /** What it is required to be and is not, and what its packs forbid, one sentence each; from an audit. */
  readonly broken?: readonly string[];
  /** What an update would do; from a check. */
  readonly update?: { readonly to: string; readonly files: number; readonly conflicts: number };
}

/** A whole fleet; what `--json` prints and `join` reads. */
export interface FleetReport {
  readonly schema: 'dewar/fleet/1';
  readonly apps: readonly FleetRow[];
}

/** What a command line said that looked at one app. */
export interface Answered {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** The row that an audit or a check of one app comes to. */
export function rowOf(app: string, { out, err }: Answered): FleetRow {
  const data = parsed(out);
  if (!data || data['schema'] === 'dewar/error/1') return { app, error: message(data, err) };
  return data['schema'] === 'dewar/check/1' ? checked(app, data) : audited(app, data);
}

type Data = Readonly<Record<string, unknown>>;

function checked(app: string, data: Data): FleetRow {
  const files = data['files'] as readonly { readonly state: string }[];
  const conflicts = files.filter(({ state }) => state === 'conflict').length;
  return { app, dewar: String(data['from']), update: { to: String(data['to']), files: files.length, conflicts } };
}

function audited(app: string, data: Data): FleetRow {
  const rows = data['mitigations'] as readonly {
    id: string;
    state: string;
    missing: readonly { severity: string }[];
  }[];
  const broken = (data['required'] ?? []) as readonly string[];
  const count = (severity: string): number =>
    rows.reduce((sum, { missing }) => sum + missing.filter((each) => each.severity === severity).length, 0);
  return {
    app,
    mitigations: Object.fromEntries(rows.map(({ id, state }) => [id, state])),
    findings: { high: count('high'), medium: count('medium'), low: count('low') },
    ...(broken.length > 0 && { broken }),
  };
}

function message(data: Data | undefined, err: string): string {
  const said = data?.['message'];
  return typeof said === 'string' ? said : err.trim() || 'it ended without a word';
}

function parsed(text: string): Data | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
