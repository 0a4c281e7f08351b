import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Format, formats, formatted } from '../../src/audit/reports/formats.ts';
import type { AuditReport } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { judged } from '../../src/commands/audit.ts';
import { invalid } from '../support/json-schema.ts';

const hostile = `a b/<img src=x onerror=alert(1)>|\`\`"'&\u001b[31m\u202ex.html`;
const found = {
  weakness: 'CWE-352',
  file: hostile,
  line: 3,
  text: '</pre><script>alert(1)</script>',
  why: 'Line\none.',
  fix: 'Mend *it*.',
};

const report: AuditReport = {
  root: '/srv/<b>shop</b>',
  apps: [{ name: 'shop:app', file: 'shop.py', line: 3, text: 'app = Flask(__name__)' }],
  mitigations: [
    {
      id: 'csrf',
      title: 'CSRF protection',
      state: 'partial',
      confidence: 'medium',
      reason: 'A form posts without a token.',
      implemented: [{ file: 'app.py', line: 2, text: 'CSRFProtect(app)', why: 'Every POST is checked.' }],
      missing: [
        { ...found, rule: 'csrf/form-without-token', severity: 'medium', fingerprint: '1'.repeat(32) },
        {
          rule: 'csrf/no-protection',
          severity: 'high',
          weakness: 'CWE-352',
          fingerprint: '2'.repeat(32),
          why: 'It is absent.',
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
    {
      id: 'debug',
      title: 'Debug',
      state: 'implemented',
      confidence: 'high',
      reason: 'Off.',
      implemented: [{ file: 'app.py', line: 1, text: 'app', why: 'Off.' }],
      missing: [],
    },
    {
      id: 'config',
      title: 'Config',
      state: 'unknown',
      confidence: 'low',
      reason: 'Read from a file.',
      implemented: [],
      missing: [],
    },
  ],
  suppressed: [
    {
      ...found,
      rule: 'csrf/form-refused',
      severity: 'low',
      fingerprint: '3'.repeat(32),
      by: 'comment',
      reason: 'A signed <webhook>.',
    },
  ],
  faults: [
    {
      rule: 'audit/unused-suppression',
      severity: 'low',
      weakness: 'CWE-1059',
      fingerprint: '4'.repeat(32),
      file: 'app.py',
      line: 9,
      text: '# dewar: ignore[csrf/disabled] x',
      why: 'Gone.',
      fix: 'Delete it.',
    },
  ],
  stale: [{ fingerprint: '5'.repeat(32), rule: 'csrf/disabled', file: 'old.py', line: 1, why: 'It was off.' }],
  unread: [{ file: 'big.py', why: 'larger than 1 MB' }],
  files: 12,
};

const context = {
  judged: await judged(catalog),
  descriptions: { csrf: '- One\n  step.\n- Another.' },
};
const written = (format: Format): string => formatted(format, report, context);

describe('the JSON report', () => {
  it('fits the schema that is published', () => {
    expect(invalid(written('json'), 'src/audit/reports/audit.schema.json')).toBe('');
  });

  it('would not fit it with a field more or a state that there is not', () => {
    const wrong = { ...JSON.parse(written('json')), more: 1 };
    wrong.mitigations[0].state = 'good';
    expect(invalid(JSON.stringify(wrong), 'src/audit/reports/audit.schema.json').trim().split('\n')).toHaveLength(2);
  });
});

describe('the SARIF report', () => {
  const sarif = () => JSON.parse(written('sarif'));

  it('fits the schema of SARIF 2.1.0', () => {
    expect(invalid(written('sarif'), 'test/fixtures/sarif-2.1.0.schema.json')).toBe('');
  });

  it('has each result point at its rule, with help and a CWE tag', () => {
    const [{ tool, results }] = sarif().runs;
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    for (const { help } of tool.driver.rules) expect(help.text).not.toBe('');
    const rule = tool.driver.rules.find(({ id }: { id: string }) => id === 'csrf/no-protection');
    expect(rule.properties.tags).toContain('external/cwe/cwe-352');
  });

  it('keeps suppressed findings, with why', () => {
    const [{ results }] = sarif().runs;
    const suppressed = results.filter(({ suppressions }: { suppressions?: unknown }) => suppressions);
    expect(suppressed).toHaveLength(1);
    expect(suppressed[0].suppressions).toEqual([
      { kind: 'inSource', status: 'accepted', justification: 'A signed <webhook>.' },
    ]);
  });

  it('shows states that are no failure, and one result for each place', () => {
    const [{ results }] = sarif().runs;
    const kinds = results.map(({ kind, ruleId }: { kind: string; ruleId: string }) => `${kind} ${ruleId}`);
    expect(kinds).toEqual([
      'fail csrf/form-without-token',
      'fail csrf/no-protection',
      'fail audit/unused-suppression',
      'fail csrf/form-refused',
      'notApplicable sessions/state',
      'pass debug/state',
      'review config/state',
    ]);
  });

  it('names files by relative references in which nothing is left to be misread', () => {
    const [{ results }] = sarif().runs;
    const { uri } = results[0].locations[0].physicalLocation.artifactLocation;
    expect(uri).toMatch(/^[\w%.~!*'()/-]+$/);
    expect(decodeURIComponent(uri)).toBe(hostile);
  });
});

describe('the HTML report', () => {
  it('allows its own style and nothing else', () => {
    const page = written('html');
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain(`sha256-${createHash('sha256').update(style).digest('base64')}`);
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/<script|<img|<link|style="|\son\w+="/i);
  });

  it('escapes code, names of files and reasons', () => {
    const page = written('html');
    expect(page).toContain('&lt;/pre&gt;&lt;script&gt;');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).toContain('A signed &lt;webhook&gt;.');
  });
});

describe('the Markdown report', () => {
  it('has one row for each mitigation, whatever files are called', () => {
    const rows = written('markdown')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(report.mitigations.length);
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
  });

  it('lets no name end the code that it stands in', () => {
    expect(written('markdown')).toContain('```a b/<img');
  });
});

describe('the document of strategies', () => {
  it('has the five parts of each mitigation', () => {
    const parts = ['Description', 'Threats Mitigated', 'Impact', 'Currently Implemented', 'Missing Implementation'];
    const headings = [...written('strategies').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(report.mitigations.flatMap(() => parts));
  });

  it('takes steps, evidence and gaps from the page and the report', () => {
    const text = written('strategies');
    expect(text).toContain('1. One step.\n2. Another.');
    expect(text).toContain('- `app.py:2` `CSRFProtect(app)`: Every POST is checked.');
    expect(text).toContain('`csrf/no-protection` (severity: high): It is absent. Add it.');
  });
});

describe('every format', () => {
  it.each(formats)('shows nothing in %s that a terminal would obey', (format) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(written(format)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });
});
