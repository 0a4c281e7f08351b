import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApp } from '../../src/flask/read.ts';
import { audits } from '../../src/generated/audits.ts';
import type { Rule } from '../../src/mitigation.ts';
import { root } from '../support/imports.ts';
import { tree } from '../support/tree.ts';

// Each rule has a faulty and a clean sample on its mitigation's page; the line below a comment "found below" is to be found.

const bare = 'from flask import Flask\n\napp = Flask(__name__)\n';

/** The files of a part of a page; the first line of each block is a comment with its path. */
function filesOf(text: string): Record<string, string> {
  const blocks = [...text.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const files = Object.fromEntries(blocks.map((code) => [/^(?:#|\{#)\s*(\S+)/.exec(code)?.[1] ?? '', code]));
  return Object.values(files).some((code) => code.includes('Flask(')) ? files : { 'app.py': bare, ...files };
}

/** `file:line` of what the samples say is to be found. */
function marked(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, code]) =>
    code.split('\n').flatMap((line, index) => (line.includes('found below') ? [`${path}:${index + 2}`] : [])),
  );
}

async function found(rule: Rule, files: Readonly<Record<string, string>>): Promise<string[]> {
  const findings = [...rule.find(await readApp(tree(files)))];
  return findings.map(({ place }) => (place ? `${place.file}:${place.line}` : 'absent')).sort();
}

describe.each(Object.entries(audits))('the samples of %s', (id, { rules }) => {
  const page = readFileSync(join(root, `generators/${id}/README.md`), 'utf8');

  it.each(rules)('show $id and its cure', async (rule) => {
    const [, section = ''] = page.split(`\n### \`${rule.id}\`\n`);
    const [faulty = '', clean = ''] = (section.split(/\n##/)[0] ?? '').split('\nClean:\n');
    const files = filesOf(faulty);
    const places = marked(files);
    expect(await found(rule, files)).toEqual(places.length > 0 ? places : ['absent']);
    expect(await found(rule, filesOf(clean))).toEqual([]);
  });
});
