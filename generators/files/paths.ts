import { type Reached, reachedBy } from '../../src/flask/dataflow/reached.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { scoped } from '../../src/flask/scoped.ts';
import type { Place, SpliceChange } from '../../src/mitigation.ts';
import type { PyCall, Value } from '../../src/python/model.ts';
import type { Span } from '../../src/source/text.ts';

/** Edits that keep paths inside their folder, and the places that they mend. */
export interface SafePaths {
  readonly splices: readonly SpliceChange[];
  readonly mended: readonly Pick<Place, 'file' | 'line'>[];
}

/** A folder and a name from a request, however they are put together, become `safe_path(folder, name)`. */
export function safePaths(app: AppFacts): SafePaths {
  const found = reachedBy(app, /^(open|send-file|delete|save)$/).flatMap((reached) => {
    const edit = editOf(app, reached);
    return edit ? [{ reached, splice: spliceAt(reached, edit) }] : [];
  });
  return { splices: found.map(({ splice }) => splice), mended: found.map(({ reached: { flow } }) => flow) };
}

/** What stands somewhere, and what is to stand there. */
interface Edit extends Span {
  readonly insert: string;
}

/** The expression that puts the path together: the argument itself, or what its variable was given last. */
function editOf(app: AppFacts, reached: Reached): Edit | undefined {
  const { module, call, value } = reached;
  const given =
    value.kind === 'name'
      ? scoped(module, call.scope).assigns.filter(({ name, end }) => name === value.name && end <= call.start)
      : [];
  if (given.length > 1) return undefined;
  const made = given[0]?.value ?? value;
  if (made.kind === 'call' && /^(os\.path|posixpath)\.join$/.test(app.resolve(made.call.target)))
    return ofJoin(made.call, reached);
  // A variable may be used as the path object that it is.
  if (made.kind === 'other' && made.operator === '/') return given.length === 0 ? ofPath(made, reached) : undefined;
  return /^(other|call)$/.test(made.kind) ? ofText(made, module.source.text.slice(made.start, made.end)) : undefined;
}

function ofJoin({ args: [folder, ...names], start, list }: PyCall, reached: Reached): Edit | undefined {
  const own = folder && names.length > 0 && !folder.star && isOwn(folder.value, reached);
  return own ? { start, end: list.start, insert: '@@0@@.safe_path' } : undefined;
}

/** `FOLDER / name`. */
function ofPath({ of: [folder, name], start, end }: Value & { kind: 'other' }, reached: Reached): Edit | undefined {
  if (!folder || !name || !isOwn(folder, reached)) return undefined;
  const written = (each: Span): string => reached.module.source.text.slice(each.start, each.end);
  return { start, end, insert: `@@0@@.safe_path(${written(folder)}, ${written(name)})` };
}

/** `"folder/" + name`, `f"folder/{name}"`, `"folder/%s" % name` and `"folder/{}".format(name)`. */
function ofText({ start, end }: Span, written: string): Edit | undefined {
  const [head = '', prefix = '', quote = '', folder = ''] = /^([fF]?)(["'])([^"'{}%\\\n]+)\/(?=\S)/.exec(written) ?? [];
  if (head === '') return undefined;
  const rest = written.slice(head.length);
  const added = new RegExp(`^${quote}\\s*\\+\\s*`).exec(rest)?.[0];
  if (added === undefined && rest.startsWith(quote)) return undefined;
  const name = added === undefined ? alone(prefix + quote + rest) : rest.slice(added.length);
  return { start, end, insert: `@@0@@.safe_path(${quote}${folder}${quote}, ${name})` };
}

/** A name that is only wrapped into text is the name itself. */
function alone(text: string): string {
  return /^[fF]["']\{([\w.]+)\}["']$/.exec(text)?.[1] ?? /^["']%s["'] % ([\w.]+)$/.exec(text)?.[1] ?? text;
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

function spliceAt({ module }: Reached, { start, end, insert }: Edit): SpliceChange {
  return {
    kind: 'splice',
    file: module.path,
    start,
    expected: module.source.text.slice(start, end),
    insert,
    imports: [{ security: 'files' }],
    why: 'A name from the request could lead out of the folder.',
  };
}
