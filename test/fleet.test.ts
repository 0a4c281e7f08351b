import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetOf } from '../src/commands/fleet/find.ts';
import { formattedFleet } from '../src/commands/fleet/formats.ts';
import { joinReports } from '../src/commands/fleet/join.ts';
import { type FleetRow, rowOf } from '../src/commands/fleet/rows.ts';
import { command } from './support/hosts.ts';
import { root } from './support/imports.ts';
import { snapshot } from './support/snapshot.ts';
import { tree } from './support/tree.ts';

describe('a fleet of four folders', () => {
  let top: string;
  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), 'dewar-fleet-'));
    command(['new', 'fleet/shop', '--preset', 'minimal', '--yes', '--quiet'], top);
    cpSync(join(root, 'test/fixtures/0.1.0/acme-portal'), join(top, 'fleet/portal'), { recursive: true });
    for (const name of ['damaged', 'other']) {
      mkdirSync(join(top, 'fleet', name, name === 'damaged' ? '.dewar' : ''), { recursive: true });
      writeFileSync(join(top, 'fleet', name, 'app.py'), 'from flask import Flask\n\napp = Flask(__name__)\n');
    }
    writeFileSync(join(top, 'fleet/damaged/.dewar/project.json'), '{');
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  it('is audited as each of its apps is, without a change to any', () => {
    const before = snapshot(join(top, 'fleet'));
    const { apps } = fleet(['audit', 'fleet/shop', 'fleet/portal', 'fleet/other'], 11);
    const single = JSON.parse(run(['audit', 'fleet/portal', '--json'], 0));
    const states = single.mitigations.map(({ id, state }: { id: string; state: string }) => [id, state]);
    expect(apps.map(({ app }) => app)).toEqual(['fleet/shop', 'fleet/portal', 'fleet/other']);
    expect(apps[1]).toMatchObject({ dewar: '0.1.0', mitigations: Object.fromEntries(states) });
    expect(apps[2]?.mitigations).toMatchObject({ errors: 'missing' });
    expect(snapshot(join(top, 'fleet'))).toEqual(before);
  });

  it('is checked for updates, and one damaged record stops none of the others', () => {
    const { apps } = fleet(['update', '--check', 'fleet'], 1);
    const found = Object.fromEntries(apps.map((row) => [row.app, row.error ?? row.update?.files]));
    expect(found).toEqual({
      'fleet/damaged': expect.stringContaining('project.json cannot be read'),
      'fleet/other': expect.stringContaining('has no .dewar/project.json'),
      'fleet/portal': expect.any(Number),
      'fleet/shop': 0,
    });
    expect(found['fleet/portal']).toBeGreaterThan(10);
  });

  it('is reported in three forms, which join puts together with those of other machines', () => {
    run(['fleet', 'audit', 'fleet/portal', '--output', 'a.json', '--output', 'a.html', '--output', 'a.csv'], 0);
    run(['fleet', 'update', '--check', 'fleet/portal', '--output', 'b.json'], 10);
    const { apps } = fleet(['join', 'a.json', 'b.json'], 10);
    expect(apps).toHaveLength(1);
    expect(apps[0]).toMatchObject({
      app: 'fleet/portal',
      mitigations: { csrf: 'implemented' },
      update: { conflicts: 0 },
    });
    expect(readFileSync(join(top, 'a.html'), 'utf8')).toContain('<th scope="row">fleet/portal</th>');
    expect(readFileSync(join(top, 'a.csv'), 'utf8')).toMatch(
      /^app,dewar,error,ci,.*\r\nfleet\/portal,0\.1\.0,,implemented/,
    );
  });

  it('is only looked at', () => {
    expect(run(['fleet', 'update', 'fleet'], 2)).toContain('write --check');
    expect(run(['fleet', 'audit'], 2)).toContain('needs PATH');
    expect(run(['fleet', 'audit', 'fleet', '--output', 'x.pdf'], 2)).toContain('.json, .html or .csv');
  });

  function fleet(args: readonly string[], exit: number): { apps: FleetRow[] } {
    return JSON.parse(run(['fleet', ...args, '--json'], exit));
  }

  function run(args: readonly string[], exit: number): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/dewar.js'), ...args], {
      cwd: top,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(exit);
    return stdout || stderr;
  }
});

describe('the apps of a fleet', () => {
  it('come from folders, from folders of folders and from lists, each once', () => {
    const top = tree({
      'one/app.py': '',
      'many/b/pyproject.toml': '',
      'many/a/requirements.txt': '',
      'many/notes/x.md': '',
      'lists/fleet.txt': '# ours\n../one\n\n../gone\n',
    });
    expect(fleetOf(top, ['one', 'many', 'lists/fleet.txt'])).toEqual(['one', 'many/a', 'many/b', 'gone']);
    expect(() => fleetOf(top, ['nowhere'])).toThrow('nowhere is neither a folder nor a file');
    expect(() => fleetOf(top, ['many/notes'])).toThrow('many/notes is no app');
  });
});

describe('the report of a fleet', () => {
  it('takes no name of a folder for markup or for a formula', () => {
    const rows = [{ app: '=1+1,<b>"', error: 'no "app"' }];
    expect(formattedFleet('csv', rows).split('\r\n')[1]).toBe('"\'=1+1,<b>""",,"no ""app""",,,,,,,');
    expect(formattedFleet('html', rows)).toContain('=1+1,&lt;b&gt;&quot;');
  });

  it('names what a thread that ended left behind', () => {
    expect(rowOf('shop', { exit: 1, out: '', err: 'out of memory\n' })).toEqual({
      app: 'shop',
      error: 'out of memory',
    });
    expect(rowOf('shop', { exit: 1, out: '', err: '' }).error).not.toBe('');
  });

  it('refuses two apps of one name, and files that are no reports', () => {
    const report = JSON.stringify({
      schema: 'dewar/fleet/1',
      apps: [{ app: 'shop', mitigations: { csrf: 'missing' } }],
    });
    const top = tree({ 'a.json': report, 'b.json': report, 'c.json': '[]' });
    expect(() => joinReports(top, ['a.json', 'b.json'])).toThrow('shop is audited twice, the second time in b.json');
    expect(() => joinReports(top, ['c.json'])).toThrow('c.json is no report');
  });
});
