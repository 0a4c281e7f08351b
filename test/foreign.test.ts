import { describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { register } from '../src/changes.ts';
import { layoutOf } from '../src/flask/layout.ts';
import { readApp } from '../src/flask/read.ts';
import type { Mitigation } from '../src/mitigation.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { type Foreign, planForeign } from '../src/plan/foreign.ts';
import { tree } from './support/tree.ts';

const [some] = catalog.mitigations;

function mitigation(id: string, plan: Mitigation['plan'], needs: readonly string[] = []): Mitigation {
  if (!some) throw new Error('The catalog is empty.');
  return { ...some, id, needs, after: [], questions: {}, plan };
}

const files = {
  'web/__init__.py': 'from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n',
};

async function planned(
  own: readonly Mitigation[],
  more: Record<string, string> = {},
  has: readonly string[] = [],
): Promise<Foreign> {
  const app = await readApp(tree({ ...files, ...more }));
  const mixed = { ...catalog, mitigations: own };
  const chosen = own.map(({ id }) => id);
  const answers = completeAnswers(mixed, chosen, { name: 'web', package: 'web' });
  return planForeign(mixed, { app, layout: layoutOf(app), written: new Set(), has }, { answers, chosen });
}

describe('a mitigation that the app cannot live with yet', () => {
  it('is withheld with those that need it, says why, and leaves the others alone', async () => {
    const { chosen, byHand, owned } = await planned([
      mitigation('first', function* () {
        yield register('first', 10, '');
        yield { kind: 'by-hand', what: 'A form lacks its token.', withholds: true };
      }),
      mitigation(
        'second',
        function* () {
          yield register('second', 20, '');
        },
        ['first'],
      ),
      mitigation('third', function* () {
        yield register('third', 30, '');
      }),
    ]);
    expect(chosen).toEqual(['third']);
    expect(byHand).toMatchObject([{ from: 'first', what: 'A form lacks its token.' }]);
    const list = owned.find(({ path }) => path === 'web/security/__init__.py')?.text ?? '';
    expect(list).toContain('third.init_app(app)');
    expect(list).not.toMatch(/first\.|second\./);
  });
});

describe('a mitigation that the app has from an earlier add', () => {
  it('stays, whatever would withhold it by now; that is told', async () => {
    const first = mitigation('first', function* () {
      yield register('first', 10, '');
      yield { kind: 'by-hand', what: 'A form lacks its token.', withholds: true };
    });
    const { chosen, byHand, owned } = await planned([first], {}, ['first']);
    expect(chosen).toEqual(['first']);
    expect(byHand).toMatchObject([{ from: 'first', what: 'A form lacks its token.' }]);
    expect(owned.find(({ path }) => path === 'web/security/__init__.py')?.text).toContain('first.init_app(app)');
  });
});

describe('the package with the defences', () => {
  const third = mitigation('third', function* () {
    yield register('third', 30, '');
  });

  it.each([
    ['security', {}],
    ['hardening', { 'web/security.py': '' }],
    ['dewar_security', { 'web/security/__init__.py': '', 'web/hardening.py': '' }],
  ])('is called %s where that name is free', async (name, more) => {
    const { owned, edited } = await planned([third], more);
    expect(owned.map(({ path }) => path)).toContain(`web/${name}/settings.py`);
    expect(edited[0]?.after).toContain(`    ${name}.init_app(app)\n`);
  });
});

describe('the pages of another app of the repository', () => {
  it('stay as they are, for that app knows nothing of the defences', async () => {
    const page = '<form method="post"></form><script>go()</script>';
    const headers = catalog.mitigations.filter(({ id }) => id === 'headers' || id === 'csrf');
    const { edited } = await planned(headers, {
      'web/templates/index.html': page,
      'web/views.py':
        'from flask import render_template\nfrom . import create_app\n\napp = create_app()\n\n\n@app.route("/", methods=["GET", "POST"])\ndef index():\n    return render_template("index.html")\n',
      'old/app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
      'old/templates/index.html': page,
    });
    expect(edited.map(({ path }) => path)).toContain('web/templates/index.html');
    expect(edited.map(({ path }) => path).filter((path) => path.startsWith('old/'))).toEqual([]);
  });
});

it('Two different changes of the same text stop no other one: the second is a step by hand', async () => {
  const change = (insert: string, expected = 'Flask(__name__)') =>
    mitigation(insert, function* () {
      const start = files['web/__init__.py'].indexOf(expected);
      yield { kind: 'splice', file: 'web/__init__.py', start, expected, insert, why: `It is ${insert}.` };
    });
  const { edited, byHand } = await planned([change('Flask("a")'), change('Flask("b")'), change('"c"', '__name__')]);
  expect(edited[0]?.after).toContain('app = Flask("a")\n');
  expect(byHand).toMatchObject([
    { from: 'Flask("b")', place: { line: 5 }, what: 'It is Flask("b"). Another change of this line is made already.' },
    { from: '"c"', snippet: '"c"' },
  ]);
});
