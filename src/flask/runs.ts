import type { Place } from '../mitigation.ts';
import { argument, type PyCall, type Value } from '../python/model.ts';
import { lineStart } from '../source/text.ts';
import type { AppSite, Role } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';
import { scoped } from './scoped.ts';

/** A call that serves the app. */
export interface RunFacts extends Place {
  /** `flask` for the development server, else the name of the production server. */
  readonly server: string;
  readonly debug?: Value;
  readonly host?: Value;
  /** Further arguments by name. */
  readonly options: ReadonlyMap<string, Value>;
  readonly scope: string;
  /** Under `if __name__ == "__main__"`, or in a function that only runs there. */
  readonly main: boolean;
  readonly role: Role;
}

const servers: readonly (readonly [RegExp, string])[] = [
  [/^waitress\.(server\.)?(serve|create_server)$/, 'waitress'],
  [/^gunicorn\.app\.(base|wsgiapp)\.(Base|WSGI)?Application$|^gunicorn\.app\.wsgiapp\.run$/, 'gunicorn'],
  [/^(tornado\.wsgi\.WSGIContainer|tornado\.httpserver\.HTTPServer)$/, 'tornado'],
  [/^gevent\.pywsgi\.WSGIServer$|^gevent\.wsgi\.WSGIServer$/, 'gevent'],
  [/^eventlet\.wsgi\.server$/, 'eventlet'],
  [/^cheroot\.wsgi\.(Server|PathInfoDispatcher)$|^cherrypy\.(tree\.graft|engine\.start)$/, 'cheroot'],
  [/^(hypercorn\.asyncio\.serve|hypercorn\.run\.run)$/, 'hypercorn'],
  [/^uvicorn\.run$/, 'uvicorn'],
  [/^bjoern\.run$/, 'bjoern'],
  [/^twisted\.web\.wsgi\.WSGIResource$/, 'twisted'],
  [/^meinheld\.server\.run$/, 'meinheld'],
  [/^werkzeug\.serving\.(run_simple|make_server)$|^wsgiref\.simple_server\.make_server$/, 'flask'],
  [/^(aws_wsgi|awsgi|serverless_wsgi|apig_wsgi|mangum)\.\w+/, 'serverless'],
  [/^wsgiref\.handlers\.CGIHandler$/, 'cgi'],
];

/** Every call that serves the app: `run` of an app object or of what is wrapped around it, and other servers. */
export function findRuns(project: Project, sites: readonly AppSite[]): RunFacts[] {
  const apps = new Set(sites.flatMap(({ variable }) => variable || []));
  const classes = new Set(sites.map(({ made }) => made));
  const factories = new Set(sites.flatMap(({ factory }) => factory?.split('.').at(-1) ?? []));
  return [...project.modules.values()].flatMap((module) =>
    module.calls.flatMap((call) => {
      const server = serverOf(project, call, { module, apps, factories, classes });
      return server === undefined ? [] : [runOf(module, call, server)];
    }),
  );
}

interface Known {
  readonly module: Module;
  readonly apps: ReadonlySet<string>;
  readonly factories: ReadonlySet<string>;
  /** Dotted names of the classes that apps are made of. */
  readonly classes: ReadonlySet<string>;
}

function serverOf(project: Project, call: PyCall, known: Known): string | undefined {
  const target = project.resolve(call.target);
  const other = [target, ...basesOf(project, target)].flatMap(serverNamed)[0];
  if (other !== undefined) return other;
  return /\.run(_server)?$/.test(call.callee) && runsApp(project, call, known) ? 'flask' : undefined;
}

function serverNamed(target: string): string[] {
  return servers.filter(([pattern]) => pattern.test(target)).map(([, name]) => name);
}

/** What an own class, such as one of Gunicorn's applications, is derived from. */
function basesOf(project: Project, target: string): string[] {
  return project.classOf(target)?.found.bases.map(project.resolve) ?? [];
}

/** True where `run` belongs to an app, to what a factory gives, to a wrapper, or to a script's manager. */
function runsApp(project: Project, call: PyCall, { module, apps, factories, classes }: Known): boolean {
  if (call.on?.kind === 'call' && classes.has(project.resolve(call.on.call.target))) return true;
  const object = call.callee.replace(/\.run(_server)?$/, '');
  const name = object.replace(/\(\)$/, '').split('.').at(-1) ?? '';
  if (
    factories.has(name) ||
    apps.has(object) ||
    /^(app|application|flask_app|server_app|socket_?io|sio|vuln_app|wsgi)$/.test(name)
  )
    return !/subprocess|asyncio|unittest|pytest/.test(project.resolve(call.target));
  const given =
    scoped(module, call.scope).assigns.findLast((each) => each.name === object) ??
    module.assigns.findLast((each) => each.name === object);
  const made = given?.value.kind === 'call' ? project.resolve(given.value.call.target) : '';
  return /(^|\.)(create|make|build|get)_?(flask_?)?app(lication)?$|^connexion\.|SocketIO$|^flask\.Flask$/.test(made);
}

function runOf(module: Module, call: PyCall, server: string): RunFacts {
  const simple = /run_simple$/.test(call.target);
  const debug = simple ? (argument(call, 'use_debugger') ?? argument(call, 'use_evalex')) : argument(call, 'debug', 2);
  const host = simple ? argument(call, 'hostname', 0) : argument(call, 'host', 0);
  return {
    ...placeAt(module, placeOfArgument(module, call, debug)),
    server,
    ...(debug && { debug }),
    ...(host && { host }),
    options: new Map(call.args.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const]))),
    scope: call.scope,
    main: underMain(module, call),
    role: module.role,
  };
}

/** The line of the argument that counts, where a call spreads over several. */
function placeOfArgument({ source }: Module, call: PyCall, debug: Value | undefined): number {
  return debug && lineStart(source, debug.start) !== lineStart(source, call.start) ? debug.start : call.start;
}

function underMain(module: Module, call: PyCall): boolean {
  const guarded = module.conditions.some(
    ({ test, body, start }) =>
      call.start >= body.start &&
      call.end <= body.end &&
      module.source.text.slice(start, test.end).includes('__main__'),
  );
  return guarded || /^(main|run|cli|serve|start)$/.test(call.scope);
}
