import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ignoresIn } from '../../src/audit/ignore.ts';
import { catalog } from '../../src/catalog.ts';
import { auditProject } from '../../src/commands/audit.ts';
import type { AuditRequest } from '../../src/commands/result.ts';
import { Exit } from '../../src/error.ts';
import { tree } from '../support/tree.ts';

const app = `from flask import Flask, session
from flask_wtf import CSRFProtect
from flask_session import Session

def create_app():
    app = Flask(__name__)
    CSRFProtect(app)
    Session(app)
    return app
`;
const exempt = `from . import app
csrf = app.csrf

@csrf.exempt
def hook():
    pass
`;
const form = '<form method="post" action="/send">\n</form>\n';
const unprotected = app.replace('    CSRFProtect(app)\n', '');
const files = { 'shop/__init__.py': unprotected, 'shop/templates/a.html': form, 'shop/views.py': exempt };

interface Outcome {
  readonly exit: number;
  readonly findings: readonly string[];
  readonly suppressed: readonly string[];
  readonly stale: readonly string[];
}

async function outcome(root: string, request: Omit<AuditRequest, 'root'> = {}): Promise<Outcome> {
  const { data, exit } = await auditProject(catalog, { root, ...request });
  type Named = { rule: string; line?: number; by?: string; reason?: string };
  const named = (list: unknown): Named[] => (list as Named[]).filter(({ rule }) => /^(csrf|audit)\//.test(rule));
  return {
    exit,
    findings: named(data['findings']).map(({ rule, line }) => (line === undefined ? rule : `${rule} ${line}`)),
    suppressed: named(data['suppressed']).map(({ rule, by, reason }) => `${rule} by ${by}: ${reason}`),
    stale: named(data['stale']).map(({ rule }) => rule),
  };
}

describe('a comment', () => {
  it.each([
    ['a.py', 'x = 1  # dewar: ignore[csrf/disabled] signed by hand', 1],
    ['a.html', '<form>{# dewar: ignore[csrf/disabled] signed by hand #}', 1],
    ['a.html', '{#- dewar: ignore[csrf/disabled] signed by hand -#}', 2],
    ['a.html', '  <!-- dewar: ignore[csrf/disabled] signed by hand -->', 2],
    ['nginx.conf', '    # dewar: ignore[csrf/disabled]: signed by hand', 2],
    ['a.ini', '; dewar: ignore[csrf/disabled] - signed by hand', 2],
  ])('in %s, %s, speaks of line %i', (file, text, line) => {
    expect(ignoresIn(file, `${text}\r\n`)).toMatchObject([
      { rules: ['csrf/disabled'], reason: 'signed by hand', line },
    ]);
  });

  it('may name several rules and a last day', () => {
    const [found] = ignoresIn('a.py', '# dewar: ignore[csrf/a, csrf/b] until the bank answers (until 2027-01-31)');
    expect(found).toMatchObject({ rules: ['csrf/a', 'csrf/b'], reason: 'until the bank answers', until: '2027-01-31' });
  });

  it('takes a finding out of the row and keeps it in the report, with its reason', async () => {
    const noted = `{# dewar: ignore[csrf/form-without-token] sent by machines #}\n${form}`;
    const { findings, suppressed } = await outcome(tree({ ...files, 'shop/templates/a.html': noted }));
    expect(findings.filter((each) => each.startsWith('csrf/form'))).toEqual([]);
    expect(suppressed).toEqual(['csrf/form-without-token by comment: sent by machines']);
  });

  it('is passed over where inline suppressions are switched off', async () => {
    const noted = `{# dewar: ignore[csrf/form-without-token] sent by machines #}\n${form}`;
    const { findings, suppressed } = await outcome(tree({ ...files, 'shop/templates/a.html': noted }), {
      inline: false,
    });
    expect(findings).toContain('csrf/form-without-token 2');
    expect(suppressed).toEqual([]);
  });

  it.each([
    ['without a rule', 'ignore because', 'audit/bare-suppression 1'],
    ['without a reason', 'ignore[csrf/form-without-token]', 'audit/bare-suppression 1'],
    ['of a rule that there is not', 'ignore[csrf/nothing] because', 'audit/unknown-rule 1'],
    ['that has ended', 'ignore[csrf/form-without-token] because until 2020-01-01', 'audit/expired-suppression 1'],
    ['of what is not there', 'ignore[csrf/disabled] because', 'audit/unused-suppression 1'],
  ])('%s is a finding itself', async (_, said, finding) => {
    const { findings } = await outcome(tree({ ...files, 'shop/templates/a.html': `{# dewar: ${said} #}\n${form}` }));
    expect(findings.filter((each) => each.startsWith('audit/'))).toEqual([finding]);
  });
});

describe('the settings of a project', () => {
  const settings = (lines: string) => tree({ ...files, 'pyproject.toml': `[tool.dewar.audit]\n${lines}\n` });

  it('ignore what is absent, with a reason', async () => {
    const { suppressed } = await outcome(
      settings('ignore = [{ rule = "csrf/no-protection", reason = "An intranet." }]'),
    );
    expect(suppressed).toEqual(['csrf/no-protection by settings: An intranet.']);
  });

  it('say from which severity on a run fails, unless the command line does', async () => {
    const root = settings('fail-on = "never"');
    expect((await outcome(root)).exit).toBe(Exit.done);
    expect((await outcome(root, { failOn: 'medium' })).exit).toBe(Exit.findings);
  });

  it('require states', async () => {
    const root = settings('fail-on = "never"\nrequire = { csrf = "partial" }');
    expect((await outcome(root)).exit).toBe(Exit.findings);
    expect((await outcome(root, { require: { csrf: 'missing' } })).exit).toBe(Exit.done);
  });

  it.each([
    ['fail-on = "big"', 'tool.dewar.audit.fail-on in pyproject.toml: "big" is none of high, medium, low, never'],
    ['failon = "high"', 'tool.dewar.audit.failon in pyproject.toml: there is no such setting'],
    ['require = { csrf = "good" }', 'tool.dewar.audit.require.csrf in pyproject.toml: "good" is none of'],
    ['ignore = "csrf"', 'tool.dewar.audit.ignore in pyproject.toml: it is no list of tables'],
  ])('%s is refused by its name', async (lines, message) => {
    await expect(outcome(settings(lines))).rejects.toThrow(message);
  });
});

describe('a baseline', () => {
  it('hides what it lists, says so, and tells what is gone', async () => {
    const root = tree({ ...files, 'shop/templates/b.html': form });
    const file = join(root, 'baseline.json');
    const before = await outcome(root, { writeBaseline: file });
    expect(before.exit).toBe(Exit.findings);
    const after = await outcome(root, { baseline: file });
    expect([after.exit, after.findings]).toEqual([Exit.done, []]);
    expect(after.suppressed).toHaveLength(before.findings.length);

    writeFileSync(join(root, 'shop/templates/a.html'), '<p>No form.</p>\n');
    expect((await outcome(root, { baseline: file })).stale).toEqual(['csrf/form-without-token']);
  });

  it('knows a finding again after its line has moved', async () => {
    const root = tree(files);
    const file = join(root, 'baseline.json');
    await outcome(root, { writeBaseline: file });
    writeFileSync(join(root, 'shop/templates/a.html'), `\n\n  ${form}`);
    expect((await outcome(root, { baseline: file })).findings).toEqual([]);
    appendFileSync(join(root, 'shop/templates/a.html'), form);
    expect((await outcome(root, { baseline: file })).findings).toEqual(['csrf/form-without-token 5']);
  });

  it('that is none is refused', async () => {
    const root = tree({ ...files, 'baseline.json': '{}' });
    await expect(outcome(root, { baseline: join(root, 'baseline.json') })).rejects.toThrow('is no baseline');
    await expect(outcome(root, { baseline: join(root, 'other.json') })).rejects.toThrow('There is no baseline');
  });
});

describe('a revision', () => {
  it('takes out what was found there already, and changes nothing in the repository', async () => {
    const root = tree(files);
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        cwd: root,
        encoding: 'utf8',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'First');
    expect((await outcome(root, { since: 'HEAD' })).findings).toEqual([]);
    writeFileSync(join(root, 'shop/templates/b.html'), form);
    const { findings, exit } = await outcome(root, { since: 'HEAD' });
    expect([findings, exit]).toEqual([['csrf/form-without-token 1'], Exit.done]);
    expect(git('status', '--porcelain').trim()).toBe('?? shop/templates/b.html');
  });

  it('that is unknown, or would be an option, is refused', async () => {
    const root = tree(files);
    await expect(outcome(root, { since: 'HEAD' })).rejects.toThrow('--since HEAD');
    execFileSync('git', ['init', '-q'], { cwd: root });
    await expect(outcome(root, { since: '--output=x' })).rejects.toThrow('--since --output=x');
  });
});

describe('reports', () => {
  it('go to files beside what is printed', async () => {
    const root = tree(files);
    const outputs = (['json', 'sarif', 'html', 'markdown', 'strategies'] as const).map((format) => ({
      format,
      file: join(root, `report.${format}`),
    }));
    const { text } = await auditProject(catalog, { root, outputs });
    expect(text).toContain('next: dewar add csrf');
    for (const { file } of outputs) expect(readFileSync(file, 'utf8')).toContain('csrf');
  });
});
