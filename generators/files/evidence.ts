import type { DataFlow } from '../../src/flask/dataflow/facts.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Evidence } from '../../src/mitigation.ts';
import { argument, type PyCall, text, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';

const sinks = /^(open|send-file|directory|save|delete|archive)$/;

/** Request data that become part of a path. */
export function fileFlows(app: AppFacts): DataFlow[] {
  return app.flows.filter(({ sink, role }) => sinks.test(sink) && role === 'production');
}

/** A path comes from a request, or a folder is served as it is. */
export function applies(app: AppFacts): boolean {
  return [fileFlows(app), helpers(app), openFolders(app), openAliases(app)].some((found) => found.length > 0);
}

/** Calls that join a name safely, whoever the name comes from. */
function helpers(app: AppFacts): Evidence[] {
  const name = (call: PyCall): Value | undefined => argument(call, '', /secure_filename$/.test(call.target) ? 0 : 1);
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.calls
        .filter((call) =>
          /^(werkzeug|flask)\.(.+\.)?(safe_join|secure_filename|send_from_directory)$/.test(app.resolve(call.target)),
        )
        .filter((call) => name(call)?.kind !== 'literal')
        .map((call) => ({
          file: module.path,
          line: lineAt(module.source, call.start),
          text: quote(module.source, call.start),
          why: `Names pass ${call.callee.split('.').at(-1)}().`,
        })),
    );
}

/** Apps whose static folder is the code itself. */
export function openFolders(app: AppFacts): Evidence[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.calls.flatMap((call) => {
        const folder = /(^|\.)(Flask|Blueprint|APIFlask)$/.test(app.resolve(call.target))
          ? argument(call, 'static_folder')
          : undefined;
        if (!folder || !isRoot(folder)) return [];
        const place = {
          file: module.path,
          line: lineAt(module.source, folder.start),
          text: quote(module.source, folder.start),
        };
        return [{ ...place, why: `static_folder is ${text(folder)}` }];
      }),
    );
}

function isRoot(value: Value): boolean {
  return /^(\.{1,2}\/?|\/|\.\/\.?)$/.test(text(value) ?? '');
}

/** Locations of Nginx from which `..` leads out of the folder. */
export function openAliases(app: AppFacts) {
  return app.deploy.proxies
    .filter(({ role }) => role === 'production')
    .flatMap(({ aliases }) =>
      aliases.filter(({ location, folder }) => !location.endsWith('/') && folder.endsWith('/')),
    );
}

/** Paths from requests that are joined safely. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  for (const flow of fileFlows(app))
    if (flow.guard !== undefined) yield { ...placeOf(flow), why: `${flow.what} passes ${flow.guard}.` };
  yield* helpers(app);
}
