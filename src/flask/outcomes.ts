import { argument, type PyCall, text, type Value } from '../python/model.ts';
import { assignedTo } from './assigned.ts';
import { passedTo } from './callers.ts';
import { functionAt } from './config-objects.ts';
import { compared } from './constants.ts';
import { variableRead } from './environment-reads.ts';
import type { Outcome } from './outcome.ts';
import { type Module, type Project, placeAt } from './project.ts';

/** An expression on its way to what it can be. */
interface At {
  readonly project: Project;
  readonly module: Module;
  readonly scope: string;
  readonly depth: number;
  /** What the parameters of the function stand for in the call that led here. */
  readonly given?: ReadonlyMap<string, readonly Outcome[]>;
}

type Kind = Outcome extends infer O ? (O extends Outcome ? Omit<O, 'file' | 'line' | 'text'> : never) : never;

/** All that an expression can be: through `or`, conditions, constants over files, the environment and own functions. */
export function outcomesOf(project: Project, value: Value, standing: { module: Module; scope: string }): Outcome[] {
  return read(value, { project, depth: 8, ...standing });
}

function one({ module }: At, value: Value, kind: Kind): Outcome[] {
  return [{ ...placeAt(module, value.start), ...kind }];
}

function read(value: Value, at: At): Outcome[] {
  if (at.depth === 0) return one(at, value, { kind: 'unknown' });
  const inner = { ...at, depth: at.depth - 1 };
  switch (value.kind) {
    case 'literal':
      return one(at, value, { kind: 'constant', value: value.value });
    case 'choice':
      return choice(value.of, inner);
    case 'name':
      return name(value, inner);
    case 'item':
      return item(value, inner);
    case 'call':
      return call(value, inner);
    case 'other':
      return operation(value, inner);
    default:
      return one(at, value, { kind: 'unknown' });
  }
}

/** `a or b`, where what is empty gives way, and `a if c else b`. */
function choice(of: readonly Value[], at: At): Outcome[] {
  if (of.length === 3) return [of[0], of[2]].flatMap((each) => (each ? read(each, at) : []));
  const [first, second] = of.map((each) => read(each, at));
  const kept = (first ?? [])
    .filter((each) => each.kind !== 'constant' || Boolean(each.value))
    .map((each) => (each.kind === 'environment' ? { ...each, required: false } : each));
  const always = kept.some((each) => each.kind === 'constant') && kept.length === first?.length;
  return always ? kept : [...kept, ...(second ?? [])];
}

function name(value: Value & { kind: 'name' }, at: At): Outcome[] {
  const { project, module, scope } = at;
  const fn = functionAt(module, scope);
  const given = at.given?.get(value.name);
  if (given) return [...given];
  if (fn?.params.includes(value.name)) {
    const passed = passedTo(project, { module, fn }, value.name);
    if (passed.length > 0) return passed.flatMap((each) => read(each.value, { ...at, ...each }));
    const preset = fn.defaults[value.name];
    return [...one(at, value, { kind: 'caller' }), ...(preset ? read(preset, at) : [])];
  }
  const assigned = assignedTo(project, value.target, module);
  return assigned.length > 0
    ? assigned.flatMap(({ owner, value: each, scope: where }) => read(each, { ...at, module: owner, scope: where }))
    : one(at, value, { kind: 'unknown' });
}

const environment = /^(os\.)?environ(b)?$|^(environs|environ)\b/;

function item(value: Value & { kind: 'item' }, at: At): Outcome[] {
  const variable = text(value.key);
  const of = value.of.kind === 'name' ? at.project.resolve(value.of.target) : '';
  if (variable !== undefined && environment.test(of))
    return one(at, value, { kind: 'environment', variable, required: true });
  if (value.of.kind === 'call' && /dotenv_values$/.test(value.of.call.callee))
    return one(at, value, { kind: 'environment', variable: variable ?? '', required: true });
  const held = value.of.kind === 'name' ? assignedTo(at.project, value.of.target, at.module) : [];
  const entries = held.flatMap(({ owner, scope, value: each }) =>
    each.kind === 'dict'
      ? each.entries
          .filter(({ key }) => text(key) === variable)
          .flatMap((entry) => read(entry.value, { ...at, module: owner, scope }))
      : [],
  );
  if (variable !== undefined && entries.length > 0) return entries;
  return one(at, value, { kind: loadedFrom(value.of, at) ? 'file' : 'unknown' });
}

/** True for settings that an own function reads from a file, as in `settings["server"]["secret_key"]`. */
function loadedFrom(of: Value, at: At): boolean {
  if (of.kind === 'item') return loadedFrom(of.of, at);
  if (of.kind !== 'name') return false;
  return assignedTo(at.project, of.target, at.module).some(({ owner, value }) => {
    const made = value.kind === 'call' ? value.call : undefined;
    if (!made) return false;
    const reader = at.project.functionOf(made.target)?.module ?? owner;
    return (
      loads.test(made.callee) || (at.project.functionOf(made.target) !== undefined && loads.test(reader.source.text))
    );
  });
}

const loads = /\b(yaml\.(safe_|full_)?load|tomli?(lib)?\.loads?|json\.loads?|ConfigParser|RawConfigParser)\b/;

const random = /^(secrets\.\w+|os\.urandom|uuid\.uuid[14]|random\.\w+|.*\.generate_key|Crypto\..*get_random_bytes)$/;
const conversions =
  /(^|\.)(str|int|float|bool|bytes|hexlify|b64encode|urlsafe_b64encode|strtobool|literal_eval|loads|to_bool|str2bool|as_bool|parse_bool|b16encode|SecretStr|Path)$/;
/** Functions that read text as yes or no, an app's own ones too. */
const toFlag =
  /(^|[._])(parse|to|as|str(ing)?_?(to|2)|convert|cast|is)_?(bool|true)\w*$|(^|\.)(strtobool|truthy|bool)$/i;
const methods =
  /\.(strip|lower|upper|hex|decode|encode|title|casefold|capitalize|get_secret_value|rstrip|lstrip|hexdigest|digest)$/;
const files =
  /\.(read|read_text|read_bytes|readline)$|(^|[._])(get_)?secret(_value|_string|s?manager)?$|\b(vault|keyring|ssm)\b/i;

function call(value: Value & { kind: 'call' }, at: At): Outcome[] {
  const { call: made } = value;
  const target = at.project.resolve(made.target);
  const variable = variableRead(at.project, at.module, made);
  if (variable !== undefined) return fromEnvironment(value, variable, at);
  if (random.test(target)) return one(at, value, { kind: 'random' });
  const [first] = made.args;
  if (first && (toFlag.test(made.callee) || (conversions.test(made.callee) && !at.project.functionOf(made.target))))
    return read(first.value, at);
  if (methods.test(made.callee)) return receiver(value, at);
  const own = at.project.functionOf(made.target);
  return own && own.found.returns.length > 0 ? ofFunction(own, made, at) : ofForeign(value, at);
}

/** A call of what is no function of the app. */
function ofForeign(value: Value & { kind: 'call' }, at: At): Outcome[] {
  const { callee } = value.call;
  if (files.test(callee)) return one(at, value, { kind: 'file' });
  if (!/\.get$/.test(callee)) return one(at, value, { kind: 'unknown' });
  return isOption(value, at) ? one(at, value, { kind: 'file' }) : lookedUp(value, at);
}

/** `parser.get("section", "option")`: the second is no default. */
function isOption({ call: { args, target } }: Value & { kind: 'call' }, { project, module }: At): boolean {
  const home = project.resolve(target).replace(/(\.\w+){2}$/, '');
  const homes = [module, ...[...project.modules.values()].filter(({ name }) => name === home)];
  const both = args.length >= 2 && args.slice(0, 2).every((each) => !each.name && text(each.value) !== undefined);
  return both && homes.some(({ imports }) => imports.some((each) => /^configparser\b/i.test(each.target)));
}

/** `settings.get("KEY", default)`: an entry of settings that may be read from a file, else the default. */
function lookedUp(value: Value & { kind: 'call' }, at: At): Outcome[] {
  const { args, on, callee, target, start, end } = value.call;
  const [key, preset] = args;
  const object: Value = {
    kind: 'name',
    name: callee.replace(/\.get$/, ''),
    target: target.replace(/\.get$/, ''),
    start,
    end,
  };
  const found = key ? item({ kind: 'item', of: on ?? object, key: key.value, start, end }, at) : [];
  // A parser of INI files is asked for a section and a key.
  const isDefault = preset?.name === undefined && !/configparser/i.test(at.module.source.text);
  const rest =
    preset && isDefault && !/^(flask_)?secret_key$/i.test(text(preset.value) ?? '') ? read(preset.value, at) : [];
  const entries = found.length > 0 ? found : one(at, value, { kind: 'unknown' });
  return [...entries, ...rest.filter((each) => each.kind !== 'constant' || each.value !== null)];
}

/** The object that a method without effect on the meaning, such as `lower()`, is called on. */
function receiver(value: Value & { kind: 'call' }, at: At): Outcome[] {
  const { callee, target, on, start, end } = value.call;
  if (on) return read(on, at);
  const object = (dotted: string): string => dotted.replace(/\.\w+$/, '');
  return read({ kind: 'name', name: object(callee), target: object(target), start, end }, at);
}

function ofFunction(own: { module: Module; found: Module['functions'][number] }, made: PyCall, at: At): Outcome[] {
  const given = new Map<string, readonly Outcome[]>();
  for (const [index, { name: named, value }] of made.args.entries()) {
    const param = named ?? own.found.params[index];
    if (param !== undefined) given.set(param, read(value, at));
  }
  for (const [param, preset] of Object.entries(own.found.defaults))
    if (!given.has(param)) given.set(param, read(preset, at));
  const scope = own.found.scope === '' ? own.found.name : `${own.found.scope}.${own.found.name}`;
  return own.found.returns.flatMap((each) => read(each, { ...at, module: own.module, scope, given }));
}

function fromEnvironment(value: Value & { kind: 'call' }, variable: string, at: At): Outcome[] {
  const { call: made } = value;
  const preset = argument(made, 'default', 1) ?? argument(made, 'failobj');
  const found = one(at, value, {
    kind: 'environment',
    variable,
    required: preset === undefined && /\.pop$/.test(made.callee),
  });
  return preset
    ? [...found, ...read(preset, at).filter((each) => each.kind !== 'constant' || each.value !== null)]
    : found;
}

/** Comparisons, `not` and text put together: constants are worked out, anything else keeps where it comes from. */
function operation(value: Value & { kind: 'other' }, at: At): Outcome[] {
  const operands = value.of.map((each) => read(each, at));
  const [first = []] = operands;
  const others = value.of.slice(1);
  const result = first.flatMap((each): Outcome[] => {
    if (each.kind !== 'constant') return [each];
    if (value.operator === '%' && typeof each.value === 'string') return filled(each, operands[1] ?? []);
    const worked = compared(each.value, value.operator, others);
    return worked === undefined ? one(at, value, { kind: 'unknown' }) : [{ ...each, value: worked }];
  });
  return result.length > 0 ? result : one(at, value, { kind: 'unknown' });
}

/** `"config.%s" % name`: each text that it can become, and where the name comes from. */
function filled(frame: Outcome & { kind: 'constant' }, names: readonly Outcome[]): Outcome[] {
  return names.map((each) =>
    each.kind === 'constant' ? { ...frame, value: String(frame.value).replace('%s', String(each.value)) } : each,
  );
}
