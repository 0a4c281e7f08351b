import { describe, expect, it } from 'vitest';
import type { PyModule, Value } from '../../src/python/model.ts';
import { loadPython } from '../../src/python/parser.ts';
import { readModule } from '../../src/python/read.ts';
import { sourceOf } from '../../src/source/text.ts';

async function read(text: string): Promise<PyModule> {
  const source = sourceOf('a.py', text);
  return readModule(source, (await loadPython())(text), 'a');
}

/** The value that the first assignment gives. */
async function value(text: string): Promise<Value | undefined> {
  return (await read(`x = ${text}\n`)).assigns[0]?.value;
}

describe('an expression', () => {
  it.each([
    ['a + b', '+'],
    ['a % b', '%'],
    ['a not in b', 'not in'],
    ['a == b', '=='],
    ['not a', 'not'],
    ['a and b', 'and'],
    ['f"{a}"', 'f'],
    ['[b for b in c]', 'for'],
  ])('%s keeps its operator', async (text, operator) => {
    expect(await value(text)).toMatchObject({ kind: 'other', operator });
  });

  it('keeps the pieces of a formatted string', async () => {
    const of = [
      { kind: 'literal', value: 'a' },
      { kind: 'name', name: 'b.c' },
      { kind: 'literal', value: 'd' },
    ];
    expect(await value('f"a{b.c!r:>3}" "d"')).toMatchObject({ operator: 'f', of });
  });

  it('keeps what a method is called on', async () => {
    expect(await value('f(a).strip()')).toMatchObject({
      kind: 'call',
      call: { callee: 'f().strip', on: { kind: 'call' } },
    });
    expect(await value('"{}".format(a)')).toMatchObject({ call: { on: { kind: 'literal', value: '{}' } } });
  });
});

describe('a name is given', () => {
  it.each([
    ['a, b = c, d', ['a=c', 'b=d']],
    ['a = b = c', ['a=c', 'b=c']],
    ['with c as a:\n    pass', ['a=c']],
    ['if (a := c):\n    pass', ['a=c']],
  ])('by %s', async (text, expected) => {
    const { assigns } = await read(text);
    expect(assigns.map((each) => `${each.name}=${each.value.kind === 'name' ? each.value.name : '?'}`)).toEqual(
      expected,
    );
  });

  it('one by one from what is not written out', async () => {
    const { assigns, loops } = await read('a, b = f()\nfor k, v in d.items():\n    pass\n');
    expect(assigns.map((each) => each.value.kind)).toEqual(['item', 'item']);
    expect(loops.map(({ variable }) => variable)).toEqual(['k', 'v']);
  });
});

describe('a condition', () => {
  it.each([
    ['if a:\n    return', true],
    ['if a:\n    raise b', true],
    ['if a:\n    log(a)\n    abort(404)', true],
    ['if a:\n    b = 1', false],
  ])('tells whether its body leaves: %s', async (text, leaves) => {
    const { conditions } = await read(
      `def f():\n${text
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n')}\n`,
    );
    expect(conditions).toMatchObject([{ leaves, scope: 'f', test: { name: 'a' } }]);
  });

  it('of an elif counts too', async () => {
    expect((await read('if a:\n    pass\nelif b:\n    pass\n')).conditions.map(({ test }) => test)).toMatchObject([
      { name: 'a' },
      { name: 'b' },
    ]);
  });
});
