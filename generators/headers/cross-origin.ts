import type { AppFacts } from '../../src/flask/facts.ts';
import { argumentFlag } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import { argument, type PyCall, type PyModule, text, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';

/** Flask-CORS that hands answers with the user's cookies to every site. */
export const anySite: Rule = {
  id: 'headers/any-origin',
  severity: 'medium',
  weakness: 'CWE-942',
  message: 'Every other site may read answers that are meant for the signed-in user.',
  atMost: 'implemented',
  *find(app) {
    const own = [...app.modules.values()].filter(({ role }) => role === 'production');
    // Origins that the configuration names hold for all of them.
    if (own.some(({ source }) => source.text.includes('CORS_ORIGINS'))) return;
    for (const module of own)
      for (const { start } of module.calls.filter((call) => isOpen(app, module, call)))
        yield {
          place: { file: module.path, line: lineAt(module.source, start), text: quote(module.source, start) },
          why: 'Flask-CORS allows every origin, with cookies.',
          fix: 'Name the origins that may read the answers.',
        };
  },
};

function isOpen(app: AppFacts, { path }: PyModule, call: PyCall): boolean {
  if (!/^flask_cors(\..+)?\.(CORS|cross_origin)$/.test(app.resolve(call.target))) return false;
  const credentials = argument(call, 'supports_credentials');
  if (!credentials || argumentFlag(app, credentials, { file: path, scope: call.scope }).is !== 'on') return false;
  const origins = argument(call, 'origins');
  const resources = argument(call, 'resources');
  return origins ? isAny(origins) : !resources || namesAny(resources);
}

function namesAny(resources: Value): boolean {
  if (resources.kind !== 'dict') return false;
  return resources.entries.some(({ value }) => {
    const own = value.kind === 'dict' ? value.entries.find(({ key }) => text(key) === 'origins')?.value : undefined;
    return own !== undefined && isAny(own);
  });
}

function isAny(value: Value): boolean {
  if (value.kind === 'list') return value.items.some(isAny);
  return /^(\*|\.\*|https?:\/\/\*)$/.test(text(value) ?? '');
}
