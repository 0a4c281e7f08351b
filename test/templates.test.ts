import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../scripts/templates.ts';

/** Renders a template as the generated module would, with the slots and answers given. */
function render(source: string, slots: Record<string, string> = {}, answers: Record<string, unknown> = {}): string {
  const expression = compileTemplate('sample.txt', source);
  const indented = (text: string, indent: string): string =>
    text === ''
      ? ''
      : text
          .split('\n')
          .map((line) => `${line && indent + line}\n`)
          .join('');
  const printed = (_: string, value: unknown): string => String(value);
  const make = new Function('indented', 'printed', 'py', transformSync(`return (${expression})`).code);
  const template = make(indented, printed, JSON.stringify);
  if (typeof template === 'string') return template;
  return template({
    answers,
    project: {},
    has: {},
    slot: (name: string) => slots[name] ?? '',
    lock: (...groups: string[]) => `locked: ${groups.join(', ')}`,
  });
}

describe('compiled templates', () => {
  it('keep a file without tags as it is', () => {
    expect(compileTemplate('a.txt', 'plain "text"\n')).toBe('"plain \\"text\\"\\n"');
  });

  it('read Windows line ends as newlines', () => {
    expect(render('a\r\nb\r\n')).toBe('a\nb\n');
  });

  it('print values without HTML escapes', () => {
    expect(render('x = <%= py(answers.name) %>\n', {}, { name: "it's <b>" })).toBe('x = "it\'s <b>"\n');
  });

  it('indent every line of a slot, blank lines excepted', () => {
    expect(render("def f():\n    <%- slot('body') %>\n    return\n", { body: 'a\n\nb' })).toBe(
      'def f():\n    a\n\n    b\n    return\n',
    );
  });

  it('leave no line where a slot is empty', () => {
    expect(render("a\n    <%- slot('body') %>\nb\n")).toBe('a\nb\n');
  });

  it('leave no line where a control tag stands alone, however it is indented', () => {
    expect(render('a\n  <% if (true) { -%>\nb\n  <% } %>\nc\n')).toBe('a\nb\nc\n');
  });

  it('keep the rest of a line that holds more than a control tag', () => {
    expect(render('a<% if (true) { %> b<% } %>\nc\n')).toBe('a b\nc\n');
  });

  it.each(['<%= answers.name %>', "<%= answers['domain'] %>", '<%= project.title.trim() %>', '<%= project.domain %>'])(
    'are refused when they print text of the user raw: %s',
    (tag) => {
      expect(() => compileTemplate('app/x.py', tag)).toThrow('templates/app/x.py');
    },
  );

  it.each(['<%= md(project.title) %>', '<%= py(`${project.title} at ${answers.domain}`) %>', '<%= answers.package %>'])(
    'are accepted when a literal helper writes the text: %s',
    (tag) => {
      expect(() => compileTemplate('app/x.py', tag)).not.toThrow();
    },
  );

  it('print a lock by the groups that it names', () => {
    expect(render("<%- lock('runtime', 'production') %>\n")).toBe('locked: runtime, production\n');
  });

  it('are refused when a raw tag prints anything but a slot or a lock', () => {
    expect(() => compileTemplate('app/x.py', '<%- answers.package %>')).toThrow('for slots');
  });
});
