import { describe, expect, it } from 'vitest';
import { type Desk, desk, manifest } from '../support/packs.ts';

const tracing = `title: Traces of every request
weaknesses: [CWE-778]
asvs: ['16.1.1']
threats: [{ name: Blind spots, severity: low, prevented: Each request leaves a trace. }]
`;
const step = `migrations:
  - to: 1.1.0
    what: what a trace looks like is a module of its own.
    moved: { 'security.tracing:Trace': security.traces }
`;
const module = 'class Trace:\n    """One."""\n';
const folder = 'acme/mitigations/tracing';
const first = {
  'acme/dewar.pack.yaml': manifest('acme'),
  [`${folder}/mitigation.yaml`]: tracing,
  [`${folder}/templates/package/security/tracing.py`]: `"""Traces."""\n\n\n${module}`,
  [`${folder}/templates/tests/security/test_tracing.py`]: '"""Tests."""\n',
};
const own = 'shop/src/shop/own.py';

/** The next version of the pack, in which a name is elsewhere. */
function grow(here: Desk, migrations: string): void {
  here.write('acme/dewar.pack.yaml', manifest('acme').replace('version: 1.0.0', 'version: 1.1.0'));
  here.write(`${folder}/mitigation.yaml`, tracing + migrations);
  here.write(`${folder}/templates/package/security/traces.py`, `"""Traces."""\n\n\n${module}`);
  here.write(
    `${folder}/templates/package/security/tracing.py`,
    '"""Traces."""\n\nfrom .traces import Trace\n\nONE = Trace()\n',
  );
}

describe('a step of a pack from one version to the next', () => {
  it('is taken by the code of an app that the earlier one wrote, once', async () => {
    const here = desk(first);
    expect((await here.run('new', 'shop', '--pack', './acme', '--yes')).exit).toBe(0);
    here.write(own, 'from .security.tracing import Trace\n');
    grow(here, step);
    expect((await here.run('pack', 'check', './acme')).out).toContain('acme 1.1.0 keeps its contract.');
    expect((await here.run('update', 'shop', '--check')).exit).toBe(10);
    const { exit, out } = await here.run('update', 'shop');
    expect(exit).toBe(0);
    expect(out).toContain('edited src/shop/own.py (names are in other modules now)');
    expect(here.read(own)).toBe('from .security.traces import Trace\n');
    here.write(own, 'from .security.tracing import Trace\n');
    expect((await here.run('update', 'shop')).out).toContain('Nothing to change.');
  });

  it('is not taken by an app that leaves the defence out', async () => {
    const here = desk(first);
    await here.run('new', 'shop', '--pack', './acme', '--without', 'tracing', '--yes');
    here.write(own, 'from .security.tracing import Trace\n');
    grow(here, step);
    expect((await here.run('update', 'shop')).exit).toBe(0);
    expect(here.read(own)).toBe('from .security.tracing import Trace\n');
  });

  it('may come with code that is trusted', async () => {
    const here = desk(first);
    await here.run('new', 'shop', '--pack', './acme', '--yes');
    here.write(own, 'from .security.tracing import Trace\n');
    grow(here, '');
    const moved = `{ 'security.tracing:Trace': 'security.traces' }`;
    here.write(
      'acme/code/migrations.mjs',
      `export default { tracing: [{ to: '1.1.0', what: 'so.', moved: ${moved} }] };\n`,
    );
    here.edit('acme/dewar.pack.yaml', (text) => `${text}code: { migrations: code/migrations.mjs }\n`);
    const { err } = await here.run('update', 'shop');
    expect(err).toContain('code/migrations.mjs says which imports in files of an app follow names that moved.');
    const [, hash = ''] = /--trust ([0-9a-f]{64})/.exec(err) ?? [];
    expect((await here.run('update', 'shop', '--trust', hash)).exit).toBe(0);
    expect(here.read(own)).toBe('from .security.traces import Trace\n');
  });

  it('that leads nowhere, or is no step, is told with its place', async () => {
    const here = desk(first);
    grow(here, step.replace('security.traces', 'security.gone'));
    expect((await here.run('pack', 'check', './acme')).out).toBe(
      'mitigations/tracing: the step to 1.1.0 leads to security.gone, which is none of its modules\n',
    );
    grow(here, step.replace('security.tracing:Trace', 'security.tracing'));
    expect((await here.run('pack', 'check', './acme')).out).toMatch(/mitigation\.yaml:8: .*security\.old:name/);
  });
});
