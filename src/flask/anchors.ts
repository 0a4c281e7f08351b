import type { Placed } from '../python/model.ts';
import type { Span } from '../source/text.ts';
import type { Anchor, AppSite } from './facts.ts';
import { type AppScope, type FlowStep, isApp } from './flow.ts';
import { type Module, type Project, placeAt } from './project.ts';

interface Found {
  readonly project: Project;
  readonly scopes: readonly AppScope[];
  readonly flow: readonly FlowStep[];
  /** What makes the app: the assignment of its name, or the call alone. */
  readonly made: Placed;
}

/** Where calls of `init_app` and settings belong in the scope that puts an app together. */
export function anchorsOf(found: Found): Pick<AppSite, 'anchor' | 'settings'> {
  const home = found.scopes.at(-1) ?? found.scopes[0];
  if (!home) throw new TypeError('An app without a scope.');
  const created = { module: found.scopes[0]?.module ?? home.module, step: found.made.step, variable: home.variable };
  const settings = anchor({ ...created, kind: 'create' });
  return { anchor: initAnchor(found, home) ?? startOf(found, home) ?? settings, settings };
}

/** After the last `init_app` of the factory, else of a helper, else after the last configuration. */
function initAnchor({ flow, made }: Found, home: AppScope): Anchor | undefined {
  const here = flow.filter((step) => step.scope === home.scope && step.module === home.module);
  const early = home.scope === '' ? beforeRoutes(here, made) : here;
  // `Config.init_app(app)` may stand before the settings are taken over: what comes first sees none of them.
  const taken = early.findLast((step) => step.call && configures(step) && !step.conditional);
  const own = early.findLast((step) => initialises(step) && step.at.start > (taken?.at.start ?? -1));
  if (own) return anchor({ ...own, step: own.at.step, kind: 'init' });
  const helped = flow.findLast((step) => step.depth === 1 && step.scope !== '' && initialises(step));
  if (helped && early.some((step) => step === helped.root))
    return anchor({ ...helped, step: helped.at.step, kind: 'init' });
  const config = early.findLast(
    (step) => configures(step) || flow.some((each) => each.root === step && configures(each)),
  );
  return config && anchor({ ...config, step: config.at.step, kind: 'config' });
}

/** A module-level app is imported by its routes: what comes after the first of them comes too late. */
function beforeRoutes(steps: readonly FlowStep[], { end }: Placed): FlowStep[] {
  const module = steps[0]?.module;
  const route = steps.find(
    ({ call }) => call && /\.(route|get|post|put|patch|delete|add_url_rule|run)$/.test(call.callee) && call.start > end,
  );
  const bottom = module?.imports.find(
    (each) => each.scope === '' && each.start > end && each.target.startsWith(module.name),
  );
  const first = Math.min(route?.at.step.start ?? Infinity, bottom?.start ?? Infinity);
  return steps.filter(({ at }) => at.start < first);
}

/** In a function that configures the app of its module: before everything else it does. */
function startOf({ made }: Found, home: AppScope): Anchor | undefined {
  if (home.scope === '' || made.scope !== '') return undefined;
  const first = [...home.module.calls, ...home.module.assigns]
    .filter((each) => each.scope === home.scope)
    .sort((a, b) => a.start - b.start)[0];
  return first && anchor({ module: home.module, step: first.step, variable: home.variable, kind: 'init' });
}

function initialises({ call, variable }: FlowStep): boolean {
  if (!call || !isApp(call.args[0]?.value, variable)) return false;
  return /\.init_app$/.test(call.callee);
}

/** True for what puts values into the app's configuration. */
export function configures({ call, assign, variable }: FlowStep): boolean {
  const written = call?.callee ?? assign?.name ?? '';
  // Connexion keeps the Flask app in an attribute of that name.
  const object = [variable, `${variable}.app`].find(
    (each) => written.startsWith(`${each}.`) && !written.startsWith(`${each}.app.`),
  );
  if (object === undefined) return false;
  const rest = written.slice(object.length + 1);
  return call ? /^config\.(from_\w+|update|setdefault)$/.test(rest) : /^(config|secret_key|debug|testing)$/.test(rest);
}

function anchor(at: { module: Module; step: Span; variable: string; kind: Anchor['kind'] }): Anchor {
  const { module, step, variable, kind } = at;
  return { ...placeAt(module, step.start), after: { start: step.start, end: step.end }, variable, kind };
}
