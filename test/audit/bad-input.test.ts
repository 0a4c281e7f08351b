import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Format, formats } from '../../src/audit/reports/formats.ts';
import { catalog } from '../../src/catalog.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { tree } from '../support/tree.ts';

const app = 'from flask import Flask\napp = Flask(__name__)\n';
const debug = `${app}app.run(debug=True)\n`;

interface Finding {
  readonly rule: string;
  readonly file?: string;
  readonly line?: number;
}

async function audited(root: string) {
  const { data } = await auditProject(catalog, { root });
  return {
    places: (data['findings'] as readonly Finding[]).flatMap(({ rule, file, line }) =>
      rule === 'debug/run-debug' ? [`${file}:${line}`] : [],
    ),
    unread: (data['unread'] as readonly { file: string; why: string }[]).map(({ file, why }) => `${file}: ${why}`),
    files: data['files'] as number,
  };
}

describe('a Python file', () => {
  const text = (content: string | Uint8Array) => audited(tree({ 'app.py': app, 'shop.py': content }));

  it.each([
    ['with a byte order mark', `\ufeff${debug}`, 3],
    ['with the line ends of Windows', debug.replaceAll('\n', '\r\n'), 3],
    ['without a line end at its end', debug.trimEnd(), 3],
    ['indented by tabs', `${app}if __name__ == "__main__":\n\tapp.run(debug=True)\n`, 4],
    ['with a form feed', `\f${debug}`, 3],
  ])('%s is read', async (_, content, line) => {
    expect(await text(content)).toMatchObject({ places: [`shop.py:${line}`], unread: [] });
  });

  it.each([
    ['of five megabytes', `${'#'.repeat(5_000_000)}\n`, 'larger than 1 MB'],
    ['in UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0]), 'UTF-16, not UTF-8'],
    ['in Latin-1', new Uint8Array([0x23, 0xe4, 0x0a]), 'not UTF-8'],
    ['that is binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1]), 'binary: it holds a NUL byte'],
    ['with a NUL in its text', `${app}\0`, 'binary: it holds a NUL byte'],
  ])('%s is named as unread', async (_, content, why) => {
    expect(await text(content)).toMatchObject({ places: [], unread: [`shop.py: ${why}`] });
  });

  it('with marks of a merge is named, and what is around them is read', async () => {
    const merge = `${app}<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\napp.run(debug=True)\n`;
    const { places, unread } = await text(merge);
    expect(places).toEqual(['shop.py:8']);
    expect(unread).toEqual(['shop.py: not valid Python in line 3; the rest was read']);
  });

  it.each([
    ['brackets', '('.repeat(20_000)],
    ['operators', `x = ${'-'.repeat(20_000)}1\n`],
    ['conditions', [...Array(90).keys()].map((depth) => `${' '.repeat(depth)}if x:\n`).join('')],
    ['quotes', `x = "${'\\"'.repeat(20_000)}`],
    ['names', `x = ${'a.'.repeat(20_000)}b\n`],
    ['calls', `x = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}\n`],
  ])('of nothing but %s ends the audit as any other does', async (_, content) => {
    expect((await text(`${debug}${content}`)).files).toBe(2);
  });
});

describe('a template', () => {
  it.each([
    '{{ '.repeat(20_000),
    '{% if x %}'.repeat(20_000),
    '<form method="post" '.repeat(5_000),
    '{{ a|b|'.repeat(10_000),
  ])('that never ends, %.12s, is read in one pass', async (content) => {
    expect((await audited(tree({ 'app.py': app, 'templates/a.html': content }))).files).toBe(2);
  });
});

describe('a folder', () => {
  it('with symlinks in a circle, to its parents and to nowhere is read once', async () => {
    const root = tree({ 'app.py': app, 'a/shop.py': debug });
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('a', join(root, 'b'));
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync('/nowhere', join(root, 'a/gone.py'));
    expect(await audited(root)).toEqual({ places: ['a/shop.py:3'], unread: [], files: 2 });
  });

  it('with a pipe for a file does not wait for it', async () => {
    const root = tree({ 'app.py': app });
    execFileSync('python3', ['-c', 'import os, sys; os.mkfifo(sys.argv[1])', join(root, 'pipe.py')]);
    expect((await audited(root)).files).toBe(1);
  });

  it('that cannot be opened is named', async () => {
    const root = tree({ 'app.py': app });
    // Longer than any path may be, so that not even root can open it.
    const name = 'd'.repeat(200);
    const script =
      'import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(30):\n    os.mkdir(sys.argv[2])\n    os.chdir(sys.argv[2])\n';
    onTestFinished(() => void execFileSync('rm', ['-rf', join(root, name)]));
    execFileSync('python3', ['-c', script, root, name]);
    const { unread } = await audited(root);
    expect(unread).toHaveLength(1);
    expect(unread[0]).toMatch(/^d{200}\/.*: the folder cannot be read$/);
  });

  it('with 100,000 files is read, but for what Git, environments and builds keep', { timeout: 300_000 }, async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-many-')));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    writeFileSync(join(root, 'app.py'), debug);
    writeFileSync(join(root, '.gitignore'), 'data/\n');
    fill(join(root, 'src'), 500);
    for (const top of ['node_modules', '.git', '.venv', 'build', 'data']) fill(join(root, top), 100);
    expect(await audited(root)).toEqual({ places: ['app.py:3'], unread: [], files: 50_002 });
  });
});

/** Writes a hundred empty files into each of some folders. */
function fill(top: string, folders: number): void {
  for (let folder = 0; folder < folders; folder++) {
    const path = join(top, `f${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 100; file++) writeFileSync(join(path, `m${file}.py`), '');
  }
}

const names = [
  '\u001b[31mred\u001b]8;;http:evil\u0007.py',
  '<img src=x onerror=alert(1)>.py',
  '"><script>alert(1)<!--.py',
  '`code` | [link](javascript:alert(1)) **x**.py',
  'line\nbreak\r.py',
  '\u202eyp.live\u2066.py',
  'space %20 #hash ?query.py',
  'quote\'"\\.py',
  '-rf.py',
  '::error::forged.py',
  'http:--evil.py',
];

describe('files with hostile names', () => {
  const root = (): string => tree({ 'app.py': app, ...Object.fromEntries(names.map((name) => [name, debug])) });
  const report = async (format: Format): Promise<string> =>
    (await auditProject(catalog, { root: root(), format, table: { verbose: true } })).text;

  it('are all looked at', async () => {
    expect((await audited(root())).places.toSorted()).toEqual(names.map((name) => `${name}:3`).toSorted());
  });

  it.each(formats)('give a terminal nothing to obey in %s', async (format) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(await report(format)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it('become no markup in HTML', async () => {
    const page = (await report('html')).replace(/<style>[\s\S]*?<\/style>/, '');
    expect(page).not.toMatch(/<(img|script)|<!--/);
    expect(
      page
        .match(/<(\w+)/g)
        ?.every((tag) =>
          /^<(html|head|meta|title|style|body|header|h[123]|span|ul|li|b|nav|a|main|section|p|pre|code|footer)$/.test(
            tag,
          ),
        ),
    ).toBe(true);
  });

  it.each(['markdown', 'strategies'] as const)('become neither markup nor rows in %s', async (format) => {
    const lines = (await report(format)).split('\n');
    // What stands outside of code.
    const shown = lines.map((line) =>
      line.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '').replace(/\\[\\`*_{}[\]()#+!|~<>$]/g, ''),
    );
    expect(shown.filter((line) => /<(img|script)|\]\(|\*\*x|https?:\/\//.test(line))).toEqual([]);
    expect(lines.filter((line) => /^(break|::error)/.test(line))).toEqual([]);
  });

  it('are references in SARIF that lead to the very files', async () => {
    const { runs } = JSON.parse(await report('sarif'));
    type Result = { locations?: { physicalLocation: { artifactLocation: { uri: string } } }[] };
    const results = (runs[0].results as Result[]).flatMap(({ locations = [] }) => locations);
    const uris = results.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri);
    const found = new Set(
      uris.map((uri) => decodeURIComponent(new URL(uri, 'file:///root/').pathname).replace('/root/', '')),
    );
    for (const name of names) expect(found).toContain(name);
    for (const uri of uris) expect(uri).toMatch(/^[\w.~!$&'()*+,;=:@/%-]*$/);
  });

  it('keep the table within its columns', async () => {
    for (const line of (await report('table')).split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });
});

describe('an audit of whatever there is', () => {
  it('writes nothing and asks no network', async () => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    const lookup = vi.spyOn(dns, 'lookup');
    const root = tree({
      'app.py': debug,
      'templates/a.html': '{{ a|safe }}',
      Dockerfile: 'FROM python:3\nCMD flask run\n',
    });
    const state = (): string[] =>
      readdirSync(root, { recursive: true }).map((path) => `${path} ${statSync(join(root, String(path))).mtimeMs}`);
    const before = state();
    for (const format of formats) await auditProject(catalog, { root, format });
    expect(state()).toEqual(before);
    expect(readFileSync(join(root, 'app.py'), 'utf8')).toBe(debug);
    expect(connect).not.toHaveBeenCalled();
    expect(lookup).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it.each([
    ['an empty folder', {}],
    ['a folder without Python', { 'index.html': '<p>' }],
    ['Python without Flask', { 'a.py': 'print(1)\n' }],
    ['a word of Flask in a text', { 'a.py': '"""from flask import Flask; app = Flask()"""\n' }],
  ])('says of %s that there is no app', async (_, files) => {
    await expect(audited(tree(files))).rejects.toThrow(/^No Flask app was found in /);
  });

  it('says of a file and of nothing that it wants a folder', async () => {
    const root = tree({ 'app.py': app });
    await expect(audited(join(root, 'app.py'))).rejects.toThrow('is a file; name the folder of the app.');
    await expect(audited(join(root, 'none'))).rejects.toThrow(/^There is no folder /);
  });
});
