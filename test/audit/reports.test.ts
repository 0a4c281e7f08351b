import { describe, expect, it } from 'vitest';
import { mask } from '../../src/audit/mask.ts';
import { prose } from '../../src/audit/reports/html-page.ts';
import { jsonReport } from '../../src/audit/reports/json.ts';
import { textReport } from '../../src/audit/reports/text.ts';
import type { AuditReport } from '../../src/audit/run.ts';
import { judge } from '../../src/audit/states.ts';

const why = 'A very long reason that does not fit into one line of a terminal with eighty columns, so it is wrapped.';
const report: AuditReport = {
  root: '/srv/app',
  apps: [],
  mitigations: [
    {
      id: 'csrf',
      title: 'CSRF',
      state: 'missing',
      confidence: 'high',
      reason: why,
      implemented: [],
      missing: [
        { rule: 'csrf/none', severity: 'high', weakness: 'CWE-352', fingerprint: 'a'.repeat(32), why, fix: 'Add it.' },
        {
          rule: 'csrf/form',
          severity: 'medium',
          weakness: 'CWE-352',
          fingerprint: 'b'.repeat(32),
          file: `${'a/'.repeat(60)}\u001b[31m.html`,
          line: 3,
          text: '<form>',
          why,
          fix: 'Add it.',
        },
      ],
    },
    {
      id: 'sessions',
      title: 'Sessions',
      state: 'n-a',
      confidence: 'high',
      reason: 'None.',
      implemented: [],
      missing: [],
    },
  ],
  suppressed: [],
  faults: [],
  stale: [],
  unread: [{ file: 'big.py', why: 'larger than 1 MB' }],
  files: 12,
};

describe('the table', () => {
  it('fits 80 columns and shows nothing that a terminal would obey', () => {
    for (const verbose of [false, true]) {
      const text = textReport(report, { verbose });
      expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
      expect(text).not.toContain('\u001b');
      expect(text).toContain('\\u{1b}[31m');
    }
  });

  it('names the next step, the counts and what was not read', () => {
    const text = textReport(report);
    expect(text).toContain('next: dewar add csrf');
    expect(text).toContain('1 missing, 1 n-a. 2 findings, 0 suppressed; 12 files looked at.');
    expect(text).toContain('Not read: big.py: larger than 1 MB');
  });
});

describe('the table with every finding', () => {
  it('gives the code, what is wrong and the way out a line each', () => {
    const lines = textReport(report, { verbose: true, width: 300 }).split('\n');
    const at = lines.findIndex((line) => line.includes('- csrf/form (medium)'));
    expect(lines.slice(at, at + 4).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^- csrf\/form \(medium\) .+:3$/),
      '<form>',
      expect.stringMatching(/^[^F].*\.$/),
      expect.stringMatching(/^Fix: /),
    ]);
  });
});

describe('a sentence in the HTML report', () => {
  it('shows as code what stands between backticks, and nothing of it as markup', () => {
    expect(prose('Run `bandit -r <x>` & `flask run`.')).toBe(
      'Run <code>bandit -r &lt;x&gt;</code> &amp; <code>flask run</code>.',
    );
  });
});

describe('the JSON', () => {
  it('has every finding with its place, and none where a thing is absent', () => {
    const { schema, findings, unread } = JSON.parse(JSON.stringify(jsonReport(report)));
    expect(schema).toBe('dewar/audit/1');
    expect(findings[0]).not.toHaveProperty('file');
    expect(findings[1]).toMatchObject({ mitigation: 'csrf', rule: 'csrf/form', line: 3, text: '<form>' });
    expect(unread).toHaveLength(1);
  });
});

describe('the state', () => {
  const evidence = { file: 'a', line: 1, text: '', why: 'It is there.' };
  const fault = (severity: 'high' | 'medium' | 'low') => ({ severity, why: severity });

  it.each([
    ['missing', [], []],
    ['missing', [], [fault('high')]],
    ['implemented', [evidence], []],
    ['implemented', [evidence], [fault('low')]],
    ['partial', [evidence], [fault('medium')]],
  ] as const)('is %s for evidence %j and faults %j', (state, shown, faults) => {
    expect(judge(shown, faults).state).toBe(state);
  });
});

describe('a quoted line', () => {
  it.each([
    ['SECRET_KEY="s3cret",', 'SECRET_KEY="…",'],
    ['app.config["SECRET_KEY"] = \'s3cret\'', 'app.config["SECRET_KEY"] = \'…\''],
    ['x = os.environ.get("SECRET_KEY", "s3cret")', 'x = os.environ.get("SECRET_KEY", "…")'],
    ['K = os.environ.get("SECRET_KEY") or "s3cret"', 'K = os.environ.get("SECRET_KEY") or "…"'],
    ['URL = "redis://user:s3cret@host/0"', 'URL = "redis://user:…@host/0"'],
    ['SECRET_KEY=s3cretvalue', 'SECRET_KEY=…'],
    ['- DB_PASSWORD: s3cretvalue', '- DB_PASSWORD: …'],
  ])('%s shows no secret', (line, masked) => {
    expect(mask(line)).toBe(masked);
  });

  it('keeps what is no secret', () => {
    for (const line of [
      'session["user_id"] = user["id"]',
      '<input name="csrf_token" value="{{ csrf_token() }}">',
      'SECRET_KEY = os.environ["SECRET_KEY"]',
    ])
      expect(mask(line)).toBe(line);
  });
});
