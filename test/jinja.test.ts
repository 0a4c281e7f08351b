import { describe, expect, it } from 'vitest';
import { readTemplate } from '../src/jinja/forms.ts';
import { maskJinja } from '../src/jinja/mask.ts';
import { sourceOf } from '../src/source/text.ts';

const read = (text: string) => readTemplate(sourceOf('t.html', text));

describe('the mask', () => {
  it('keeps length and lines', () => {
    const text = 'a {{ "}}" ~ x["%}"] }}\n{% if a > b %}\r\n{# <form> #}{% raw %}{{ <form> }}{% endraw %}';
    const { html, tags } = maskJinja(text);
    expect(html).toHaveLength(text.length);
    expect(html.split('\n')).toHaveLength(3);
    expect(html).not.toContain('<form>');
    expect(tags.map(({ kind }) => kind)).toEqual(['expression', 'statement', 'comment', 'statement']);
  });

  it('ends at the end of a broken template', () => {
    for (const text of ['{{ "', '{% raw %}', '{#', '{', '<form {{'])
      expect(maskJinja(text).html).toHaveLength(text.length);
  });
});

describe('forms', () => {
  it('are found with method, action and token', () => {
    const { forms } = read(
      '<form action="{{ url_for("x", a=">") }}" method="POST">\n  {{ form.hidden_tag() }}\n</form><form><form method=post action=https://x.org/y></form>',
    );
    expect(forms.map(({ method, token, foreign }) => [method, token, foreign])).toEqual([
      ['post', 'present', false],
      ['get', 'absent', false],
      ['post', 'absent', true],
    ]);
    expect(forms[0]?.action).toBe('{{ url_for("x", a=">") }}');
  });

  it('with a method that is computed are dynamic', () => {
    expect(read('<form method="{{ m }}">').forms[0]?.method).toBe('dynamic');
  });

  it('in both branches of a condition are found', () => {
    expect(
      read('{% if a %}<form method="post">{% else %}<form method="post" class="b">{% endif %}</form>').forms,
    ).toHaveLength(2);
  });

  it('in comments, raw blocks and scripts are none', () => {
    expect(read('<!-- <form> -->{# <form> #}{% raw %}<form>{% endraw %}<script>"<form>"</script>').forms).toEqual([]);
  });

  it('with an include may have a token', () => {
    expect(read('<form method="post">{% include "fields.html" %}</form>').forms[0]?.token).toBe('possible');
  });
});

describe('the place of a token', () => {
  const put = (text: string) => {
    const { offset, before } = read(text).forms[0]?.insert ?? { offset: 0, before: '' };
    return `${text.slice(0, offset)}${before}T${text.slice(offset)}`;
  };

  it('is a line of its own where the content has one', () => {
    expect(put('<form method="post">\r\n\t<input>\r\n</form>')).toBe(
      '<form method="post">\r\n\tT\r\n\t<input>\r\n</form>',
    );
  });

  it('is right behind the start tag where content follows', () => {
    expect(put('<form method="post"><input></form>')).toBe('<form method="post">T<input></form>');
  });
});

describe('requests of scripts', () => {
  it('are those that change something', () => {
    const { requests } = read(
      "<script>\nfetch('/a', {headers: {a: f(1)}, method: 'POST'});\nfetch('/b');\n$.post('/c');\n</script>",
    );
    expect(requests.map(({ line, method }) => [line, method])).toEqual([
      [2, 'POST'],
      [4, 'POST'],
    ]);
  });
});
