import { argument, type PyCall, text, type Value } from '../python/model.ts';
import { configures } from './anchors.ts';
import { builtFrom, type Expression, functionAt, targetsOf } from './config-objects.ts';
import type { ConfigSource } from './facts.ts';
import { roleOf } from './files.ts';
import { type FlowStep, isApp } from './flow.ts';
import { entriesOf } from './mappings.ts';
import { type Module, type Project, placeAt } from './project.ts';

/** A source with the step of the app that reads it. */
export interface FoundSource {
  readonly source: ConfigSource;
  readonly step: FlowStep;
}

/** The sources of configuration that an app reads, in the order in which they apply. */
export function findSources(project: Project, flow: readonly FlowStep[]): FoundSource[] {
  const found = flow
    .filter((step) => configures(step) || isDynaconf(step))
    .map((step) => ({ source: sourceOf(project, step), step }));
  const open = found.findIndex(({ source, step }) => source.kind === 'unknown' && step.call !== undefined);
  const file = found[open]?.source.file;
  // What else reads settings elsewhere, such as the package with the defences, says nothing of this name.
  const known = found.some(({ source }) => source.file === file && /^(class|module)$/.test(source.kind));
  if (open === -1 || known) return found;
  const holders = settingsClasses(project);
  return holders.length === 0
    ? found
    : found.map((each, index) =>
        index === open ? { ...each, source: { ...each.source, kind: 'class', holders } } : each,
      );
}

/** The classes of the app's module of settings: what a name from outside can only mean. */
function settingsClasses(project: Project): string[] {
  const homes = [...project.modules.values()].filter(
    ({ role, path }) =>
      role === 'production' && /(^|\/)(\w+_)?(config|settings|configuration)(\/\w+)?\.py$/i.test(path),
  );
  return homes.flatMap((module) => {
    const own = module.classes.filter((each) => each.scope === '' && holdsSettings(module, each.name));
    return own.length > 1 ? own.map(({ name }) => `${module.name}.${name}`) : [];
  });
}

function holdsSettings({ assigns }: Module, name: string): boolean {
  return assigns.some((each) => each.scope === name && /^[A-Z][A-Z\d_]+$/.test(each.name));
}

/** `FlaskDynaconf(app)` reads files and the environment. */
function isDynaconf({ call, variable }: FlowStep): boolean {
  return call !== undefined && /(^|\.)FlaskDynaconf$/.test(call.callee) && isApp(call.args[0]?.value, variable);
}

function sourceOf(project: Project, step: FlowStep): ConfigSource {
  const { module, at, call } = step;
  const [kind, holders] = call ? kindOf(project, module, call) : (['statement', []] as const);
  return {
    ...placeAt(module, at.start),
    kind,
    holders,
    step: at.step,
    span: { start: at.start, end: at.end },
    conditional: step.conditional,
    silent:
      call !== undefined &&
      outside[call.callee.split('.').at(-1) ?? ''] !== undefined &&
      isTrue(argument(call, 'silent', 1)),
  };
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'literal' && value.value === true;
}

type Kind = readonly [ConfigSource['kind'], readonly string[]];

const outside: Readonly<Record<string, ConfigSource['kind']>> = {
  from_pyfile: 'pyfile',
  from_file: 'pyfile',
  from_json: 'pyfile',
  from_envvar: 'environment',
  from_prefixed_env: 'environment',
};

function kindOf(project: Project, module: Module, call: PyCall): Kind {
  const method = call.callee.split('.').at(-1) ?? '';
  if (method === 'FlaskDynaconf') return ['pyfile', []];
  const kind = outside[method];
  const committed = method === 'from_pyfile' ? settingsFile(project, module, call.args[0]?.value) : undefined;
  if (committed) return ['module', [committed.name]];
  if (kind) return [kind, []];
  if (method === 'setdefault') return ['statement', []];
  const at = { project, module, scope: call.scope, value: call.args[0]?.value, depth: 5 };
  return method === 'from_object' ? objectOf(at) : mappingOf(at, call);
}

/** The file of the repository that `from_pyfile` reads: Python, whatever its ending. */
function settingsFile(project: Project, module: Module, value: Value | undefined): Module | undefined {
  const last =
    value?.kind === 'call' && /(^|\.)join(path)?$/.test(value.call.callee) ? value.call.args.at(-1)?.value : value;
  const name = text(last)?.replace(/^(\.{0,2}\/)+/, '');
  if (name === undefined) return undefined;
  const folder = module.path.split('/').slice(0, -1).join('/');
  const same = project.tree.files.filter((path) => `/${path}`.endsWith(`/${name}`) && roleOf(path) !== 'test');
  const near = same.find((path) => path === (folder === '' ? name : `${folder}/${name}`));
  const path = near ?? (same.length === 1 ? same[0] : undefined);
  return path === undefined ? undefined : project.module(path);
}

/** What `update` and `from_mapping` are given: entries, the caller's word, or something built elsewhere. */
function mappingOf(at: Expression, call: PyCall): Kind {
  const first = call.args[0];
  if (!first || first.name !== undefined || /^(dict|literal)$/.test(first.value.kind)) return ['mapping', []];
  const { value } = first;
  if (value.kind === 'name' && functionAt(at.module, call.scope)?.params.includes(value.name)) return ['caller', []];
  const [kind, holders] = objectOf(at);
  if (holders.length > 0) return [kind, holders];
  const entries = entriesOf({ ...at, value, depth: 4 });
  if (entries.length > 0) return [entries.some(({ preset }) => preset) ? 'environment' : 'mapping', []];
  const built = builtFrom(at);
  return built.length > 0 ? ['class', built] : ['unknown', []];
}

/** The classes or the module that an expression stands for. */
function objectOf(at: Expression): Kind {
  const { project } = at;
  const targets = [...new Set(targetsOf(at).map(project.resolve))];
  const classes = targets.filter((target) => project.classOf(target));
  if (classes.length > 0) return ['class', classes];
  const modules = targets.filter((target) => project.named(target));
  return modules.length > 0 ? ['module', modules] : ['unknown', []];
}
