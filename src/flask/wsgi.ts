import { baseName } from '../deploy/shell.ts';
import type { PyFunction } from '../python/model.ts';
import { qualname } from '../python/model.ts';
import type { AppFacts, AppSite } from './facts.ts';
import { roleOf } from './files.ts';
import type { Module } from './project.ts';

/** How a WSGI server finds an app. */
export interface WsgiTarget {
  /** As Gunicorn takes it: `shop.wsgi:app`, `flaskr:create_app()`. */
  readonly target: string;
  readonly module: string;
  /** What to evaluate in that module: `app`, `create_app()`. */
  readonly expression: string;
  /** The folder that the module is imported from, relative to the root; empty for the root itself. */
  readonly folder: string;
}

/**
 * The way to an app: the one that its own deployment goes, else a variable that holds it, else its factory. Undefined
 * where nothing but a call with arguments of its own makes the app.
 */
export function wsgiTarget(app: AppFacts): WsgiTarget | undefined {
  const [site] = app.sites;
  return started(app) ?? (site && (held(app, site) ?? runner(app, site) ?? called(app, site) ?? itself(app, site)));
}

const program = /^(gunicorn|uwsgi|waitress-serve|hypercorn)$/;

/** What a command for production names, where that is a module of the app. */
function started(app: AppFacts): WsgiTarget | undefined {
  const words = app.deploy.commands
    .filter(({ words: [first = ''], role }) => role === 'production' && program.test(baseName(first)))
    .flatMap((command) => command.words.slice(1));
  for (const word of words) {
    const [, module = '', expression = 'app'] = /^([A-Za-z_][\w.]*):([A-Za-z_]\w*(?:\(.*\))?)$/.exec(word) ?? [];
    const found = [...app.modules.values()].find(({ name, role }) => name === module && role === 'production');
    if (found) return targetOf(found, expression);
  }
  return undefined;
}

/** Files that are there to hand the app to a server come first. */
const entries = [/(^|\/)wsgi\.py$/, /(^|\/)(app|main|application|autoapp|run|server)\.py$/, /(^|\/)__init__\.py$/];

/** A module that keeps what the factory made. */
function held(app: AppFacts, site: AppSite): WsgiTarget | undefined {
  const factory = app.modules.get(site.file)?.name;
  if (site.factory === undefined || factory === undefined) return undefined;
  const production = [...app.modules.values()].filter(({ role }) => role === 'production');
  for (const module of production.sort((a, b) => rank(a) - rank(b))) {
    const found = module.assigns.find(
      ({ scope, conditional, key, value }) =>
        scope === '' &&
        !(conditional || key) &&
        value.kind === 'call' &&
        app.resolve(value.call.target) === `${factory}.${site.factory}`,
    );
    if (found && /^\w+$/.test(found.name)) return targetOf(module, found.name);
  }
  return undefined;
}

/** A script that runs an app of another module has completed it by then; not one that the app's own modules import. */
function runner(app: AppFacts, site: AppSite): WsgiTarget | undefined {
  const script = app.runs.find(({ server, role, main, file }) => {
    return server === 'flask' && role === 'production' && main && file !== site.file;
  });
  const module = script && app.modules.get(script.file);
  if (module && isImported(app, module)) return undefined;
  const made = `${app.modules.get(site.file)?.name}.${site.variable}`;
  const name = module?.imports.find(
    ({ scope, typing, target }) => scope === '' && !typing && app.resolve(target) === made,
  );
  return module && name && site.kind === 'module' ? targetOf(module, name.local) : undefined;
}

/** Loaded first, such a script would be half of itself when they ask for it; they may know nothing of Flask. */
function isImported({ files, source }: AppFacts, { name, path }: Module): boolean {
  const statement = new RegExp(`^[ \\t]*(from|import)[ \\t]+${name.replaceAll('.', '\\.')}\\b(?!\\.)`, 'm');
  const own = files.filter((each) => each.endsWith('.py') && each !== path && roleOf(each) === 'production');
  return own.some((each) => statement.test(source(each)?.text ?? ''));
}

function rank({ path }: Module): number {
  const known = entries.findIndex((pattern) => pattern.test(path));
  return (known === -1 ? entries.length : known) * 100 + path.split('/').length;
}

/** The variable of a module whose app needs no function to be complete. */
function itself({ modules }: AppFacts, { kind, file, variable }: AppSite): WsgiTarget | undefined {
  const module = kind === 'module' ? modules.get(file) : undefined;
  return module && targetOf(module, variable);
}

/** A factory that needs no argument. */
function called(app: AppFacts, { file, factory }: AppSite): WsgiTarget | undefined {
  const module = app.modules.get(file);
  const found = module?.functions.find((each) => qualname(each) === factory);
  if (!module || !found || found.scope !== '' || found.returns.length === 0 || needsArguments(found)) return undefined;
  return targetOf(module, `${found.name}()`);
}

function needsArguments({ params, defaults }: PyFunction): boolean {
  return params.some((name) => !(name in defaults) && !name.startsWith('*'));
}

function targetOf({ name, path }: Module, expression: string): WsgiTarget {
  const inner = path.replace(/\.pyw?$/, '').replace(/(^|\/)__init__$/, '');
  const folder = inner.slice(0, inner.length - name.replaceAll('.', '/').length).replace(/\/$/, '');
  return { target: `${name}:${expression}`, module: name, expression, folder };
}
