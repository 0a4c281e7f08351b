import { describe, expect, it } from 'vitest';
import { bait, refusal } from '../support/bait.ts';

describe('a template', () => {
  it.each([
    '<%= process.env.HOME %>',
    '<%= process.exit() %>',
    "<%= require('fs') %>",
    "<%= include('../../../outside/secret.txt') %>",
    "<%- include('../../../outside/secret.txt') %>",
    '<%= answers.constructor %>',
    "<%= answers['__proto__'] %>",
    "<%= answers['constructor'].name %>",
    "<%= has.constructor.constructor('return process')() %>",
    '<%= has.toString %>',
    '<%= project.__proto__.x %>',
    '<%= answers.name.constructor %>',
    "<%= py.constructor('return 1')() %>",
    "<%= slot.constructor('return 1')() %>",
    '<%= py(answers.name).constructor %>',
    '<%= answers.deploy.map(String) %>',
    '<%= answers.deploy[0] %>',
    "<%= answers.deploy['constructor'] %>",
    '<%= this.constructor %>',
    '<%= globalThis %>',
    '<%= arguments %>',
    '<%= (() => 1)() %>',
    '<%= answers.name = 1 %>',
    '<%= new Date() %>',
    '<%= 1 + 1 %>',
    '<%= 1, 2 %>',
    '<%= /x/.test(answers.package) %>',
    '<%= `${process.env.HOME}` %>',
    '<%= `${`${process}`}` %>',
    '<%= typeof answers %>',
    "<%= '\\x41' %>",
    "<%- py('x') %>",
    '<% const x = 1 %>',
    '<% while (true) { %>x<% } %>',
    '<% for (const x in answers) { %>x<% } %>',
    '<% for (const x of process.argv) { %>x<% } %>',
    '<% answers.deploy.forEach((x) => { %>x<% }) %>',
    '<% if (answers.examples) { %>x',
    'x<% } %>',
    '<% } else { %>',
    '<%= answers.name %>',
    '<%= project.title %>',
    '<%= answers.examples ? answers.domain : 1 %>',
    '<%= answers.nobody %>',
    "<% if (answers.store === 'redys') { %>x<% } %>",
    '<%= x %>',
    '<%=',
    '<%_ x _%>',
    `<%= ${'('.repeat(60)}1${')'.repeat(60)} %>`,
    `<%= ${'!'.repeat(2000)}1 %>`,
  ])('that says %s is refused when the pack is loaded, with file and line', async (tag) => {
    const here = bait({ 'acme/templates/acme/root/a.txt': `first\n\n${tag}` });
    expect(await refusal(here)).toContain('templates/acme/root/a.txt:3: ');
  });

  it('is read in a moment, however it is built', async () => {
    const here = bait({ 'acme/templates/acme/root/a.txt': '<%'.repeat(200_000) });
    expect(await refusal(here)).toContain('a.txt:1: ');
  });

  it('cannot put what a user types into another language', async () => {
    const here = bait({ 'acme/templates/acme/root/a.py': 'NAME = <%= py(answers.name) %>\n' });
    await here.run('new', 'shop', '--yes', '--pack', './acme', '--name', '"; import os #');
    expect(here.read('shop/a.py')).toBe('NAME = "\\"; import os #"\n');
  });
});
