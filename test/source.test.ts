import { describe, expect, it } from 'vitest';
import { applySplices } from '../src/source/splice.ts';
import { columnAt, decode, indentAt, lineAt, lineEnd, quote, sourceOf } from '../src/source/text.ts';

describe('source text', () => {
  it('counts lines and columns from 1, whatever the line ends', () => {
    const source = sourceOf('a.py', '\ufeffone\r\n  two\r\nthree');
    expect(source.eol).toBe('\r\n');
    expect([lineAt(source, 1), columnAt(source, 1)]).toEqual([1, 1]);
    const two = source.text.indexOf('two');
    expect([lineAt(source, two), columnAt(source, two), indentAt(source, two)]).toEqual([2, 3, '  ']);
    expect(quote(source, two)).toBe('two');
    expect(lineEnd(source, source.text.length)).toBe(source.text.length);
  });

  it('names the reason for a file that is not UTF-8 text', () => {
    expect(decode(new Uint8Array([0xff, 0xfe, 65, 0]))).toEqual({ unread: 'UTF-16, not UTF-8' });
    expect(decode(new Uint8Array([65, 0, 66]))).toHaveProperty('unread');
    expect(decode(new Uint8Array([0xc3, 0x28]))).toEqual({ unread: 'not UTF-8' });
    expect(decode(new TextEncoder().encode('\ufeffé'))).toEqual({ text: '\ufeffé' });
  });
});

describe('splices', () => {
  const source = sourceOf('a.py', 'abcdef');

  it('are carried out on the original offsets, insertions at one place in their order', () => {
    const splices = [
      { start: 4, expected: 'e', insert: 'E' },
      { start: 2, expected: '', insert: '1' },
      { start: 2, expected: '', insert: '2' },
      { start: 2, expected: 'c', insert: '' },
    ];
    expect(applySplices(source, splices)).toBe('ab12dEf');
  });

  it('count once when they are equal', () => {
    const splice = { start: 1, expected: '', insert: 'x' };
    expect(applySplices(source, [splice, { ...splice }])).toBe('axbcdef');
  });

  it('are refused with file and line when they overlap or the text has changed', () => {
    const first = { start: 1, expected: 'bcd', insert: '' };
    expect(() => applySplices(source, [first, { start: 2, expected: 'c', insert: 'x' }])).toThrow('a.py:1');
    expect(() => applySplices(source, [{ start: 1, expected: 'x', insert: '' }])).toThrow('not the one that was read');
  });
});
