import { argument, type PyCall, type Value } from '../../python/model.ts';
import type { SinkKind } from './facts.ts';

/** A place that data must not reach as they are. */
export interface Sink {
  readonly kind: SinkKind;
  readonly value: Value;
  /** What makes it safe whatever comes, such as `send_from_directory`. */
  readonly guard?: string;
  readonly into?: string;
}

type Finder = (call: PyCall) => Sink[];

function first(kind: SinkKind, ...names: readonly string[]): Finder {
  return (call) => {
    const value = names.map((name) => argument(call, name)).find(Boolean) ?? argument(call, '', 0);
    return value ? [{ kind, value }] : [];
  };
}

function every(kind: SinkKind): Finder {
  return ({ args }) => args.filter(({ name }) => name === undefined).map(({ value }) => ({ kind, value }));
}

const finders: readonly (readonly [RegExp, Finder])[] = [
  [/^(open|io\.open|codecs\.open|aiofiles\.open|os\.open|gzip\.open|bz2\.open|lzma\.open)$/, first('open', 'file')],
  [/^flask(\.helpers)?\.send_file$|^werkzeug\.utils\.send_file$/, first('send-file', 'path_or_file', 'filename_or_fp')],
  [/^flask(\.helpers)?\.send_from_directory$|^werkzeug\.utils\.send_from_directory$/, fromDirectory],
  [/^os\.(remove|unlink|rmdir|removedirs)$|^shutil\.rmtree$/, first('delete')],
  [/^os\.(listdir|scandir|walk|makedirs|mkdir|chmod)$|^glob\.i?glob$/, first('open')],
  [/^os\.(rename|replace|link|symlink)$|^shutil\.(move|copy\w*)$/, every('open')],
  [/^(zipfile\.ZipFile|tarfile\.open)$/, first('open', 'file', 'name')],
  [/^flask(\.templating)?\.(render_template|stream_template)$/, variables],
  [/^flask(\.templating)?\.(render_template_string|stream_template_string)$/, first('template', 'source')],
  [/^jinja2(\.environment|\.sandbox|\.nativetypes)?\.(Template|NativeTemplate)$/, first('template', 'source')],
  [/(jinja_env|[Ee]nv(ironment)?(\(\))?)\.from_string$/, first('template', 'source')],
  [/^(markupsafe|flask|jinja2)(\.\w+)?\.Markup$/, first('markup', 'base')],
  [/^flask(\.helpers)?\.redirect$|^werkzeug\.utils\.redirect$/, first('redirect', 'location')],
];

/** What a template is given by name. */
function variables({ args }: PyCall): Sink[] {
  return args.flatMap(({ name, value }) =>
    name === undefined ? [] : [{ kind: 'render' as const, value, into: name }],
  );
}

function fromDirectory(call: PyCall): Sink[] {
  const directory = argument(call, 'directory', 0);
  const file = argument(call, 'path', 1) ?? argument(call, 'filename', 1);
  return [
    ...(directory ? [{ kind: 'directory' as const, value: directory }] : []),
    ...(file ? [{ kind: 'send-file' as const, value: file, guard: 'send_from_directory()' }] : []),
  ];
}

/** What a call writes, reads or shows. */
export function sinksOf(call: PyCall, target: string): Sink[] {
  const finder = finders.find(([pattern]) => pattern.test(target))?.[1];
  if (finder) return finder(call);
  return methodSinks(call);
}

/** Methods of paths, of uploaded files and of archives. */
function methodSinks(call: PyCall): Sink[] {
  const method = call.callee.split('.').at(-1) ?? '';
  if (!call.callee.includes('.')) return [];
  if (/^(read_text|read_bytes|write_text|write_bytes|iterdir)$/.test(method)) return object('open', call);
  if (/^(unlink|rmdir)$/.test(method)) return object('delete', call);
  if (method === 'save' && call.args.length > 0) return first('save', 'dst')(call);
  return method === 'extractall' && !argument(call, 'filter') ? object('archive', call) : [];
}

function object(kind: SinkKind, call: PyCall): Sink[] {
  const { start, end } = call;
  const cut = (dotted: string): string => dotted.replace(/\.\w+$/, '');
  return [{ kind, value: call.on ?? { kind: 'name', name: cut(call.callee), target: cut(call.target), start, end } }];
}
