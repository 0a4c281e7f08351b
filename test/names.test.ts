import { describe, expect, it } from 'vitest';
import { packageName, packageProblem } from '../generators/app/names.ts';
import project from '../generators/app/project.ts';
import { host, html, line, literals, md, nginx, py, sh, toml, unit, yaml } from '../src/plan/literals.ts';
import { run } from './support/python.ts';

describe('the name of a package', () => {
  it.each([
    ['Acme Portal', 'acme_portal'],
    ['Café Nº 5', 'cafe_no_5'],
    ['  --shop--  ', 'shop'],
    ['2fast', 'app_2fast'],
    ['東京', 'app'],
    ['class', 'class_app'],
    ['json', 'json_app'],
    ['flask', 'flask_app'],
    ['Test', 'test_app'],
    ['x'.repeat(60), 'x'.repeat(36)],
  ])('made from %j is %s', (text, name) => {
    expect(packageName(text)).toBe(name);
    expect(packageProblem(packageName(text))).toBeUndefined();
  });

  it.each([
    ['class', 'a Python keyword'],
    ['match', 'a Python keyword'],
    ['json', 'a module of the standard library'],
    ['flask', 'a package or folder that the app itself uses'],
    ['test', 'a'],
    ['Acme', 'no Python package name'],
    ['a-b', 'no Python package name'],
    ["x'; import os", 'no Python package name'],
    ['', 'no Python package name'],
  ])('may not be %j, and another one is suggested', (name, why) => {
    expect(packageProblem(name)).toContain(why);
    expect(packageProblem(name)).toMatch(/for example "[a-z_0-9]+"/);
  });
});

describe('the domain', () => {
  const { domain } = project.questions;
  const problem = (value: string) => (domain?.kind === 'text' ? domain.validate?.(value, {}) : '');

  it.each(['portal.example.com', 'xn--bcher-kva.example', 'a-b.co'])('may be %s', (value) => {
    expect(problem(value)).toBeUndefined();
  });

  it.each([
    'https://x.example',
    'x.example:80',
    'localhost',
    '-a.example',
    'X.example',
    'a b.example',
    '*.example.com',
  ])('may not be %s', (value) => expect(problem(value)).toContain('is no host name'));
});

describe('a literal', () => {
  const hostile = [
    'It\'s "ours"',
    'back\\slash\\',
    'tab\tand\nline',
    'ünïcode 😀 \u2028',
    '${HOME} $(id) `id`',
    '{{ 7 * 7 }}',
    '<b>&',
  ];

  it.each(hostile)('of Python gives %j back', (text) => {
    expect(JSON.parse(run('python3', ['-c', `import json; print(json.dumps(${py(text)}))`]))).toBe(text);
  });

  it.each(hostile)('of TOML and YAML gives %j back', async (text) => {
    const [{ parse: readToml }, { parse: readYaml }] = await Promise.all([import('smol-toml'), import('yaml')]);
    expect(readToml(`x = ${toml(text)}`)).toEqual({ x: text });
    expect(readYaml(`x: ${yaml(text)}`)).toEqual({ x: text });
  });

  it.skipIf(process.platform === 'win32').each(hostile)('of a shell gives %j back on one line', (text) => {
    expect(run('sh', ['-c', `printf %s ${sh(text)}`])).toBe(text.replace(/\p{Cc}+/gu, ' '));
  });

  it('of HTML opens neither a tag nor a Jinja expression', () => {
    for (const text of hostile) expect(html(text)).not.toMatch(/[<>{}"']/);
  });

  it('of Markdown and of a comment stays on its line', () => {
    for (const text of hostile) expect(md(text) + line(text)).not.toMatch(/\n/);
    expect(line('"""; import os')).not.toContain('"');
  });

  it('of Nginx and a host name refuse what they cannot say', () => {
    expect(nginx('a "b"')).toBe('"a \\"b\\""');
    expect(() => nginx('$host')).toThrow('cannot stand in an Nginx configuration');
    expect(() => host('x; rm')).toThrow('is no host name');
    expect(unit('100% safe')).toBe('100%% safe');
    expect(unit('a\nb')).toBe('a b');
  });

  it('helper is tested here, each of them', () => {
    expect(Object.keys(literals).sort()).toEqual([
      'host',
      'html',
      'line',
      'md',
      'nginx',
      'py',
      'sh',
      'toml',
      'unit',
      'yaml',
    ]);
  });
});
