import type { PyAssign, PyCall } from '../python/model.ts';
import type { ExtensionFacts } from './facts.ts';
import type { FlowStep } from './flow.ts';
import { initialisations, type Started } from './initialised.ts';
import { type Module, type Project, placeAt } from './project.ts';

/** Packages of extensions. */
const packages = /^(flask_|flask\.ext\.|flaskext\.|authlib\.integrations\.flask)/;

/** The extension objects of an app and where each gets the app. */
export function findExtensions(project: Project, flow: readonly FlowStep[]): ExtensionFacts[] {
  const search: Search = { project, flow, started: initialisations(project, flow) };
  return [...project.modules.values()].flatMap((module) => {
    const made = module.assigns.flatMap((assign) => instance(search, module, assign));
    const lines = new Set(made.map(({ line }) => line));
    const bare = module.calls.flatMap((call) => unnamed(search, module, call));
    return [...made, ...bare.filter(({ line }) => !lines.has(line))];
  });
}

interface Search {
  readonly project: Project;
  readonly flow: readonly FlowStep[];
  readonly started: ReadonlyMap<string, Started>;
}

/** `name = Extension(...)`. */
function instance(search: Search, module: Module, assign: PyAssign): ExtensionFacts[] {
  const made = assign.key ? undefined : extensionCall(search.project, assign);
  if (!made) return [];
  const place = placeAt(module, assign.start);
  const constructed = constructs(search, module, made.call) ? { place, conditional: false } : undefined;
  const started = search.started.get(assign.target) ?? constructed;
  return [
    {
      ...place,
      target: assign.target,
      variable: assign.name,
      made: made.name,
      role: module.role,
      ...(started && { initialised: started.place }),
      conditional: assign.conditional || orNothing(assign) || (started?.conditional ?? false),
    },
  ];
}

function extensionCall(project: Project, { value }: PyAssign): { call: PyCall; name: string } | undefined {
  for (const each of value.kind === 'choice' ? value.of : [value]) {
    if (each.kind !== 'call') continue;
    const name = extensionClass(project, each.call.target, 6);
    if (name !== undefined) return { call: each.call, name };
  }
  return undefined;
}

/** Extensions that apps derive classes of their own from; forms, models and messages are no extensions. */
const defences = /\.(C(SRF|srf)Protect|SeaSurf|Talisman|Session|KVSession|LoginManager|SSLify|Limiter)$/;

/** The class of a package that a class is or is derived from. */
function extensionClass(project: Project, target: string, depth: number): string | undefined {
  const name = project.resolve(target);
  const last = name.split('.').at(-1) ?? '';
  if (packages.test(name)) return /^[A-Z]/.test(last) ? name : undefined;
  const bases = depth > 0 ? (project.classOf(name)?.found.bases ?? []) : [];
  const found = bases.map((base) => extensionClass(project, base, depth - 1)).find((each) => each !== undefined);
  return found !== undefined && defences.test(found) ? found : undefined;
}

/** `Extension(app)`, kept nowhere. */
function unnamed(search: Search, module: Module, call: PyCall): ExtensionFacts[] {
  const made = extensionClass(search.project, call.target, 6);
  if (made === undefined || !constructs(search, module, call)) return [];
  const place = placeAt(module, call.start);
  const { conditional } = call;
  return [{ ...place, target: '', variable: '', made, role: module.role, initialised: place, conditional }];
}

/** `Extension() if available else None`. */
function orNothing({ value }: PyAssign): boolean {
  return value.kind === 'choice' && value.of.some((each) => each.kind === 'literal');
}

/** True where the app of this scope is among the arguments. */
function constructs({ flow }: Search, module: Module, call: PyCall): boolean {
  const here = flow.filter((step) => step.module === module && step.scope === call.scope);
  const apps = here.length > 0 ? new Set(here.map(({ variable }) => variable)) : new Set(['app', 'application']);
  return call.args.some(({ name, value }) => {
    return (name === undefined || name === 'app') && value.kind === 'name' && apps.has(value.name);
  });
}
