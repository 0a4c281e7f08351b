import { describe, expect, it } from 'vitest';
import { maskJinja } from '../../src/jinja/mask.ts';
import { outputsOf } from '../../src/jinja/outputs.ts';
import { sourceOf } from '../../src/source/text.ts';

function outputs(text: string) {
  const source = sourceOf('templates/a.html', text);
  return outputsOf(source, maskJinja(text));
}

describe('a value in a page', () => {
  it.each([
    ['<p>{{ a }}</p>', 'text'],
    ['<p title="{{ a }}">', 'attribute'],
    ["<p title='x {{ a }} y'>", 'attribute'],
    ['<p title={{ a }}>', 'unquoted'],
    ['<a href="{{ a }}">', 'url'],
    ['<a href="{{ url_for(".x", q="a") }}">', 'url'],
    ['<a href="/x?{{ a }}">', 'attribute'],
    ['<input {{ "checked" if a }}>', 'attribute'],
    ['<button onclick="go({{ a }})">', 'script'],
    ['<script>var a = {{ a }};</script>', 'script'],
    ['<style>p { color: {{ a }} }</style>', 'style'],
    ['<p>1 > 0 {{ a }}</p>', 'text'],
  ])('%s stands in %s', (text, context) => {
    expect(outputs(text).map((each) => each.context)).toEqual([context]);
  });

  it('has its filters, not bars of strings and brackets', () => {
    expect(outputs('{{ f("a|b", [x|y]) | upper|safe }}')[0]).toMatchObject({
      subject: 'f("a|b", [x|y])',
      filters: ['upper', 'safe'],
    });
  });

  it('is not escaped inside of autoescape false', () => {
    const text = '{{ a }}{% autoescape false %}{{ b }}{% endautoescape %}{{ c }}';
    expect(outputs(text).map(({ escaped }) => escaped)).toEqual([true, false, true]);
  });
});
