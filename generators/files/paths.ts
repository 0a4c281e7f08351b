import { type Reached, reachedBy } from '../../src/flask/dataflow/reached.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { scoped } from '../../src/flask/scoped.ts';
import type { Place, SpliceChange } from '../../src/mitigation.ts';
import type { PyCall, Value } from '../../src/python/model.ts';

/** Edits that keep paths inside their folder, and the places that they mend. */
export interface SafePaths {
  readonly splices: readonly SpliceChange[];
  readonly mended: readonly Pick<Place, 'file' | 'line'>[];
}

/** `os.path.join` of a folder and a name from a request becomes `safe_path`, which has the same arguments. */
export function safePaths(app: AppFacts): SafePaths {
  const found = reachedBy(app, /^(open|send-file|delete|save)$/).flatMap((reached) => {
    const join = joinOf(app, reached);
    return join ? [{ reached, splice: spliceAt(reached, join) }] : [];
  });
  return { splices: found.map(({ splice }) => splice), mended: found.map(({ reached: { flow } }) => flow) };
}

/** The call that puts the path together: the argument itself, or what its variable was given last. */
function joinOf(app: AppFacts, { module, call, value, flow }: Reached): PyCall | undefined {
  const given =
    value.kind === 'name'
      ? scoped(module, call.scope).assigns.filter(({ name, end }) => name === value.name && end <= call.start)
      : [];
  if (given.length > 1) return undefined;
  const made = given[0]?.value ?? value;
  if (made.kind !== 'call' || !/^(os\.path|posixpath)\.join$/.test(app.resolve(made.call.target))) return undefined;
  const [folder, ...names] = made.call.args;
  const own = folder && names.length > 0 && !folder.star && isOwn(folder.value, { module, call, value, flow });
  return own ? made.call : undefined;
}

/** True for a folder that the request does not name. */
function isOwn(folder: Value, { module, call, flow }: Reached): boolean {
  const written = module.source.text.slice(folder.start, folder.end);
  const param = /^the route parameter (\w+)$/.exec(flow.what)?.[1];
  const words = new Set<string>(written.match(/[A-Za-z_]\w*/g));
  const given = scoped(module, call.scope).assigns.filter(({ name }) => words.has(name));
  const text = [written, ...given.map(({ value }) => module.source.text.slice(value.start, value.end))].join(' ');
  return !/\brequest\b/.test(text) && (param === undefined || !new RegExp(`\\b${param}\\b`).test(text));
}

function spliceAt({ module }: Reached, { start, list }: PyCall): SpliceChange {
  return {
    kind: 'splice',
    file: module.path,
    start,
    expected: module.source.text.slice(start, list.start),
    insert: '@@0@@.safe_path',
    imports: [{ security: 'files' }],
    why: 'A name from the request could lead out of the folder.',
  };
}
