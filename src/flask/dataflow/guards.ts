import type { PyCall, PyCondition, Value } from '../../python/model.ts';
import type { Module } from '../project.ts';
import { scoped } from '../scoped.ts';
import type { SinkKind, Taint } from './facts.ts';

interface Reached {
  readonly module: Module;
  readonly scope: string;
  readonly kind: SinkKind;
  /** Offset of the sink. */
  readonly at: number;
}

/** What makes data safe for a sink: what they went through, or a check that stands before it. */
export function guardOf(taint: Taint, reached: Reached): string | undefined {
  const { kind } = reached;
  if (/^(html|markup|render)$/.test(kind)) return taint.cleaned.html;
  if (kind === 'template') return undefined;
  if (kind === 'redirect') return checked(taint, reached);
  return taint.cleaned.path ?? checked(taint, reached);
}

function checked(taint: Taint, { module, scope, at, kind }: Reached): string | undefined {
  const { conditions, calls } = scoped(module, scope);
  const names = new Set(taint.names);
  if (names.size === 0) return undefined;
  const found = conditions
    .filter((each) => decides(each, at))
    .filter(({ test }) => kind !== 'redirect' || !seesOneSlash(module.source.text.slice(test.start, test.end)))
    .flatMap((each) => checkIn(each.test, names, module) ?? [])[0];
  if (found !== undefined) return found;
  // A function of its own that is given the value and may raise.
  const validator = calls.find(
    (call) =>
      call.end <= at &&
      !ofType.test(call.callee) &&
      /(^|[._])(validate|check|ensure|verify|assert|safe|is_safe|sanitize)[_\w]*$/i.test(call.callee) &&
      call.args.some(({ value }) => mentions(value, names)),
  );
  return validator && `${validator.callee}()`;
}

/** `//example.org` begins with a slash, too, and is another site. */
function seesOneSlash(condition: string): boolean {
  return /\.startswith\(["']\/["']\)/.test(condition) && !/\/\/|netloc|host|safe|valid/i.test(condition);
}

/** A condition counts where it holds at the sink: around it, or before it with a body that leaves. */
function decides({ body, leaves, start, end }: PyCondition, at: number): boolean {
  return (body.start <= at && at <= body.end) || (leaves && end <= at) || (start <= at && at <= end);
}

type Names = ReadonlySet<string>;

/** What a condition says about one of the names that limits which files it can mean. */
function checkIn(test: Value, names: Names, module: Module): string | undefined {
  if (test.kind === 'call') return calledCheck(test.call, names);
  if (test.kind === 'other') return comparison(test, names, module);
  return test.kind === 'choice' ? test.of.flatMap((each) => checkIn(each, names, module) ?? [])[0] : undefined;
}

const limits =
  /^(startswith|is_relative_to|isalnum|isdigit|isdecimal|isidentifier|match|fullmatch|commonpath|commonprefix)$/;
/** Such functions look at what kind of file it is. */
const ofType = /extension|mime|(allowed|valid(ate)?|check)_?(file|image|upload)(_?(name|type))?$/i;
const named = /valid|safe|allowed_path|is_within|inside|url_has_allowed/i;

function calledCheck({ callee, args, on }: PyCall, names: Names): string | undefined {
  const method = callee.split('.').at(-1) ?? '';
  const object = on ? mentions(on, names) : names.has(callee.split('.')[0] ?? '');
  if (!object && !args.some(({ value }) => mentions(value, names))) return undefined;
  // An extension says nothing of the folder.
  const isCheck = limits.test(method) || (named.test(method) && !ofType.test(method));
  return isCheck ? `${method}()` : undefined;
}

function comparison(test: Value & { kind: 'other' }, names: Names, module: Module): string | undefined {
  const [left, right] = test.of;
  if (left && right) {
    if (/^(in|not in)$/.test(test.operator ?? '')) return membership(left, right, names);
    if (/^(==|!=)$/.test(test.operator ?? '')) return equality(test, names, module);
  }
  return test.of.flatMap((each) => checkIn(each, names, module) ?? [])[0];
}

/** `".." in name` looks for what leads out, `name in allowed` for what is allowed. */
function membership(left: Value, right: Value, names: Names): string | undefined {
  const outward = left.kind === 'literal' && mentions(right, names) && /^(\.\.\/?|\/|\\)$/.test(String(left.value));
  if (outward) return `a check for ${JSON.stringify(left.value)}`;
  return isWhole(left, names) && right.kind !== 'literal' ? 'a list of allowed values' : undefined;
}

function equality(test: Value & { kind: 'other' }, names: Names, module: Module): string | undefined {
  if (!test.of.some((each) => mentions(each, names))) return undefined;
  const fixed = test.of.some((each) => each.kind === 'literal' && each.value !== '' && each.value !== null);
  return fixed || prefix(test, module) ? 'a comparison' : undefined;
}

/** `os.path.commonpath(...) == root` and the like. */
function prefix({ start, end }: Value, module: Module): boolean {
  return /commonpath|commonprefix|\.parent|dirname|realpath|abspath|netloc/.test(module.source.text.slice(start, end));
}

function isWhole(value: Value, names: ReadonlySet<string>): boolean {
  return value.kind === 'name' && names.has(value.name);
}

function mentions(value: Value, names: ReadonlySet<string>): boolean {
  switch (value.kind) {
    case 'name':
      return names.has(value.name.split('.')[0] ?? '') || (value.on !== undefined && mentions(value.on, names));
    case 'call': {
      const { args, on, callee } = value.call;
      return (
        names.has(callee.split('.')[0] ?? '') ||
        (on !== undefined && mentions(on, names)) ||
        args.some((each) => mentions(each.value, names))
      );
    }
    case 'item':
      return mentions(value.of, names) || mentions(value.key, names);
    case 'list':
      return value.items.some((each) => mentions(each, names));
    case 'choice':
    case 'other':
      return value.of.some((each) => mentions(each, names));
    default:
      return false;
  }
}
