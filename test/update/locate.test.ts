import { describe, expect, it } from 'vitest';
import { locate } from '../../src/update/locate.ts';

const token = '<input name="csrf_token">\n';
const edit = (at: string, inserted = token) => ({ from: ['csrf'], at, inserted });

describe('an edit whose text of then is known', () => {
  const once = `<form>\n${token}</form>\n<form>\n${token}</form>\n`;
  const edits = [edit('2:1'), edit('5:1')];

  it('is found by its lines, wherever they are', () => {
    const now = `<h1>\n${once}`;
    expect(locate(edits, { now, once })).toEqual([{ start: now.indexOf(token) }, { start: now.lastIndexOf(token) }]);
  });

  it('is told from a line of the user that says the same', () => {
    const now = `${token}${once}`;
    expect(
      locate(edits, { now, once }).map((each) => 'start' in each && now.slice(0, each.start).split('\n').length),
    ).toEqual([3, 6]);
  });

  it('is removed where its lines are gone, and changed where they are others', () => {
    const now = once.replace(token, '').replace('csrf_token', 'mine');
    expect(locate(edits, { now, once })).toEqual([{ gone: 'removed' }, { gone: 'changed' }]);
  });

  it('is found on a line on which something else was changed', () => {
    const inline = edit('1:7', ' {{ csrf_token() }}');
    const now = '<form class="wide"> {{ csrf_token() }}\n';
    expect(locate([inline], { now, once: '<form> {{ csrf_token() }}\n' })).toEqual([{ start: 19 }]);
  });
});

describe('an edit whose text of then is not known', () => {
  it('is found by what it put there, in its order', () => {
    const now = `a\n${token}b\n${token}`;
    const starts = [now.indexOf(token), now.lastIndexOf(token)].map((start) => ({ start }));
    expect(locate([edit('9:1'), edit('12:1')], { now, once: undefined })).toEqual(starts);
  });

  it.each([
    ['that is there more often than it was put there', edit('1:1'), `${token}${token}`],
    ['that is too short to tell anything', edit('1:1', 'False'), 'DEBUG = False\n'],
  ])('is not taken for a text %s', (_, one, now) => {
    expect(locate([one], { now, once: undefined })).toEqual([{ gone: 'changed' }]);
  });
});
