import { describe, expect, it } from 'vitest';
import type { Format } from '../../src/audit/reports/formats.ts';
import type { Row } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { tree } from '../support/tree.ts';

const app = `from flask import Flask, render_template, request
from markupsafe import Markup
import nh3
app = Flask(__name__)
LINE = "<hr>"

@app.route("/<name>")
def page(name):
    clean = nh3.clean(request.args["text"])
    return render_template("page.html", clean=clean, raw=request.args["raw"], name=name)
`;

async function unescaped(files: Readonly<Record<string, string>>) {
  const { data } = await auditProject(catalog, { root: tree({ 'app.py': app, ...files }) });
  const row = (data['mitigations'] as readonly Row[]).find(({ id }) => id === 'templating');
  return {
    listed: (row?.unescaped ?? []).map(({ verdict, file, line }) => `${verdict} ${file}:${line}`),
    found: (row?.missing ?? []).map(({ rule }) => rule),
  };
}

describe('a value that a page shows unescaped', () => {
  it.each([
    ['sanitised', 'by the view', '{{ clean|safe }}'],
    ['sanitised', 'by a filter', '{{ a.b|tojson|safe }}'],
    ['unsafe', 'where it comes from the request', '{{ raw|safe }}'],
    ['unknown', 'where nothing is known of it', '{{ post.body|safe }}'],
    ['developer', 'where it is a translation', '{{ _("<b>Hello</b>")|safe }}'],
    ['developer', 'where it is a file of the app', '{{ static_include("images/x.svg")|safe }}'],
    ['developer', 'where it is the description of a field', '{{ field.description|safe }}'],
    [
      'developer',
      'where a macro calls its own parameter',
      '{% macro show(input) %}{{ input(class="a")|safe }}{% endmacro %}',
    ],
  ])('is %s %s', async (verdict, _, page) => {
    expect((await unescaped({ 'templates/page.html': page })).listed).toEqual([`${verdict} templates/page.html:1`]);
  });

  const macro = '{% macro box(text, icon="") %}<p>{{ icon|safe }}{{ text }}</p>{% endmacro %}\n';

  it('is own text where each call of its macro gives own text', async () => {
    const use = `{{ box(post.title, icon="<i class='a'></i>") }}{{ box("a", _("b")) }}{{ box(post.title) }}`;
    expect((await unescaped({ 'templates/m.html': macro, 'templates/page.html': use })).listed).toEqual([
      'developer templates/m.html:1',
    ]);
  });

  it('is unknown where one call of its macro gives something else', async () => {
    const use = '{{ box("a", icon=post.icon) }}{{ box("a", icon="b") }}';
    expect((await unescaped({ 'templates/m.html': macro, 'templates/page.html': use })).listed).toEqual([
      'unknown templates/m.html:1',
    ]);
  });

  it('is as safe as the worst in a block that switches escaping off, which is listed too', async () => {
    const page = '{% autoescape false %}\n{{ clean }}\n{{ raw }}\n{% endautoescape %}';
    expect((await unescaped({ 'templates/page.html': page })).listed).toEqual([
      'sanitised templates/page.html:2',
      'unsafe templates/page.html:3',
      'unsafe templates/page.html:1',
    ]);
  });
});

describe('markup that code declares', () => {
  it.each([
    ['developer', 'Markup("<hr>")'],
    ['developer', 'Markup(LINE)'],
    ['sanitised', 'Markup(nh3.clean(text))'],
    ['unknown', 'Markup(text)'],
    ['unknown', 'Markup("<b>%s</b>" % text)'],
    ['unsafe', 'Markup(request.args["a"])'],
  ])('is %s: %s', async (verdict, code) => {
    const { listed } = await unescaped({ 'app.py': `${app}\ndef show(text):\n    return ${code}\n` });
    expect(listed).toEqual([`${verdict} app.py:13`]);
  });

  it.each([
    'Markup("<b>{}</b>".format(when.isoformat()))',
    'Markup("<a href=%s>" % url_for("a"))',
    'Markup(f"{LINE}<br>")',
  ])('is no fault where what is filled in cannot hold markup: %s', async (code) => {
    const { found } = await unescaped({ 'app.py': `${app}\ndef show(when):\n    return ${code}\n` });
    expect(found).not.toContain('templating/formatted-markup');
  });
});

describe('an environment that escapes nothing', () => {
  const make = (name: string): string =>
    `${app}\nfrom jinja2 import Environment\n# See a.html"\ndef write():\n    return Environment().get_template("${name}").render()\n`;

  it('is a fault where it renders a page', async () => {
    const { listed, found } = await unescaped({ 'app.py': make('page.html') });
    expect(found).toContain('templating/autoescape-off');
    expect(listed).toEqual(['unsafe app.py:15']);
  });

  it('is none where it writes a configuration file', async () => {
    expect(await unescaped({ 'app.py': make('app.cfg.template') })).toEqual({ listed: [], found: [] });
  });
});

describe('the list of what is left unescaped', () => {
  it.each(['json', 'html', 'markdown', 'strategies', 'table'] as const)('stands in %s', async (format: Format) => {
    const root = tree({ 'app.py': app, 'templates/page.html': '{{ post.body|safe }}' });
    const { text } = await auditProject(catalog, { root, format, table: { verbose: true, width: 200 } });
    expect(text).toMatch(/unknown[^\n]*templates\/page\.html:1|templates\/page\.html:1.*unknown|"verdict": "unknown"/s);
  });
});
