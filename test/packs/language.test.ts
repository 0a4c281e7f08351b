import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { templates } from '../../src/generated/existing-templates.ts';
import type { Answers, Questions } from '../../src/mitigation.ts';
import type { Names } from '../../src/packs/language/check.ts';
import { readTemplate } from '../../src/packs/language/template.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { literals } from '../../src/plan/literals.ts';
import { projectOf } from '../../src/plan/project.ts';
import type { Locals, Templates } from '../../src/plan/render.ts';
import { root } from '../support/imports.ts';

const questions: Questions = Object.assign(
  {},
  ...[catalog.app, ...catalog.mitigations].map((each) => each.questions),
) as Questions;
const ids = catalog.mitigations.map(({ id }) => id);
const existing: Templates = templates;
const names: Names = {
  questions,
  mitigations: ids,
  slots: new Set(['a.b']),
  plain: new Set(['package', 'folder']),
  items: [],
};

function localsOf(given: Answers, chosen = ids): Locals {
  const answers = completeAnswers(catalog, chosen, { directory: 'acme', ...given });
  return {
    answers,
    project: projectOf(answers),
    has: Object.fromEntries(chosen.map((id) => [id, true])),
    slot: (name) => `[${name}]\nmore`,
    lock: (...groups) => groups.join(),
  };
}

function render(source: string, locals = localsOf({})): string {
  const template = readTemplate({ file: 'templates/a.txt', line: 1 }, source, names);
  return typeof template === 'string' ? template : template(locals);
}

describe('a template of a pack', () => {
  const ours = readdirSync(join(root, 'templates'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'templates/').length))
    .sort();

  it.each([
    [{}],
    [{ store: 'database', deps: 'uv', proxy: 'none', deploy: [], examples: false }],
    [{ ci: 'gitlab', deploy: ['kubernetes'], store: 'filesystem', python: '3.13', name: `"it's" <b>{{ x }}` }],
    [{ folder: 'services/portal', ci: 'script' }],
  ] as readonly [Answers][])('can be any of our own, with the same text for %j', (given) => {
    for (const chosen of [ids, []]) {
      const locals = localsOf(given, chosen);
      for (const path of ours) {
        const own = catalog.templates[path] ?? existing[path];
        const read = readTemplate({ file: path, line: 1 }, readFileSync(join(root, 'templates', path), 'utf8'), names);
        const [a, b] = [own, read].map((template) => outcome(template, locals));
        // JavaScript fails at a member of an answer that is not there, where the language takes it for an empty list.
        if (a !== 'refused') expect(b, path).toBe(a);
      }
    }
  });

  it('writes what EJS itself writes, whatever is put together from the language', () => {
    fc.assert(
      fc.property(fc.array(part(3), { maxLength: 6 }), fc.boolean(), (parts, examples) => {
        const source = parts.join('');
        const locals = localsOf({ examples });
        // A tag that is alone takes its line, which EJS does only for -%>, so every tag here has company.
        const options = { _with: false, strict: true, escape: String, destructuredLocals: [...scope] };
        expect(render(source, locals), source).toBe(ejs.render(source, { ...locals, ...literals }, options));
      }),
    );
  });

  it('says the line of what it cannot write', () => {
    expect(() => render('a\n\n<%= host(answers.name) %>\n')).toThrow(/^templates\/a\.txt:3: ".*" is no host name/);
    expect(() => render('<%= answers.store %>', localsOf({}, []))).toThrow(
      'templates/a.txt:1: it prints an answer that is not there',
    );
  });

  it('cannot write without end', () => {
    const many = Array.from({ length: 200 }, (_, index) => `v${index}`);
    const loop = (body: string): string => `<% for (const x of answers.deploy) { -%>${body}<% } -%>`;
    const locals = { ...localsOf({}), answers: { ...localsOf({}).answers, deploy: many } };
    expect(() => render(loop(loop(loop('0123456789'))), locals)).toThrow(/too large/);
    expect(() => render(loop(loop(loop(loop('x')))))).toThrow(/nested/);
  });
});

const scope = ['answers', 'project', 'has', 'slot', 'lock', ...Object.keys(literals)];

function outcome(template: unknown, locals: Locals): string {
  try {
    return typeof template === 'function' ? template(locals) : String(template);
  } catch {
    return 'refused';
  }
}

/** A piece of a template with company on its line. */
function part(depth: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(
    'x = 1 ',
    '\nline\n. ',
    '{% if a %} ',
    '<%= answers.package %>. ',
    '<%= py(answers.name) %>. ',
    "<%= has['secret-key'] ? `--${project.slug}--` : 'no' %>. ",
    "<%= answers.deploy.includes('docker') && 'docker' || \"none\" %>. ",
    '<%= answers.deploy.length > 1 %>. ',
    "<%- slot('a.b') %>. ",
    '<%# nothing %>. ',
  );
  if (depth === 0) return leaf;
  const inner = fc.array(part(depth - 1), { maxLength: 3 }).map((parts) => parts.join(''));
  const conditions = fc.constantFrom(
    'answers.examples',
    "!(answers.store === 'redis') || has.csrf",
    "answers.proxy !== 'none' && answers.deploy.length >= 1",
  );
  return fc.oneof(
    leaf,
    fc
      .tuple(conditions, inner, inner)
      .map(([when, yes, no]) => `.<% if (${when}) { -%>.${yes}<% } else { %>${no}.<% } %>.`),
    fc
      .tuple(conditions, inner)
      .map(([when, yes]) => `.<% if (!(${when})) { %>${yes}<% } else if (${when}) { %>2<% } -%>.`),
    inner.map((body) => `.<% for (const one of answers.deploy) { -%>.<%= one %>${body}<% } %>.`),
  );
}
