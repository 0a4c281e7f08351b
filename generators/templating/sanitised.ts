import { type Reached, reachedBy } from '../../src/flask/dataflow/reached.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { OutputFacts } from '../../src/jinja/outputs.ts';
import type { Place, SpliceChange } from '../../src/mitigation.ts';
import { lineAt } from '../../src/source/text.ts';
import { outputsLeft } from './unescaped.ts';

/** Edits that take the script out of markup, and the places that they mend. */
export interface Sanitised {
  readonly splices: readonly SpliceChange[];
  readonly mended: readonly Pick<Place, 'file' | 'line'>[];
}

/** `|safe` and `Markup()` on data of a request become `sanitize`. */
export function sanitised(app: AppFacts): Sanitised {
  const outputs = outputsLeft(app)
    .filter(({ verdict }) => verdict.is === 'unsafe')
    .flatMap(({ output }) => filterSplice(app, output).map((splice) => ({ place: output, splice })));
  const calls = reachedBy(app, /^markup$/).map((reached) => ({ place: reached.flow, splice: callSplice(reached) }));
  const all = [...outputs, ...calls];
  return { splices: all.map(({ splice }) => splice), mended: all.map(({ place }) => place) };
}

const why = 'What the request brings is shown as markup: its scripts would run.';

function filterSplice({ templates }: AppFacts, output: OutputFacts): SpliceChange[] {
  const template = templates.find(({ path }) => path === output.file);
  const tag = template?.tags.find(
    ({ kind, inner, start }) =>
      kind === 'expression' && inner === output.expression && lineAt(template.source, start) === output.line,
  );
  if (!template || !tag) return [];
  const found = [...template.source.text.slice(tag.start, tag.end).matchAll(/\|\s*(safe)\b/g)].at(-1);
  if (!found) return [];
  const start = tag.start + found.index + found[0].length - 'safe'.length;
  return [{ kind: 'splice', file: template.path, start, expected: 'safe', insert: 'sanitize', why }];
}

function callSplice({ module, call: { start, list } }: Reached): SpliceChange {
  return {
    kind: 'splice',
    file: module.path,
    start,
    expected: module.source.text.slice(start, list.start),
    insert: '@@0@@.sanitize',
    imports: [{ security: 'templating' }],
    why,
  };
}
