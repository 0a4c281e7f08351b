import { type AppFacts, ancestry } from '../../src/flask/facts.ts';
import type { Place } from '../../src/mitigation.ts';
import { type PyClass, type PyModule, qualname } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';

interface Settings {
  readonly module: PyModule;
  readonly found: PyClass;
}

/** Classes whose fields Pydantic fills from the environment. */
function settingsOf(app: AppFacts): Settings[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.classes
        .filter((found) => ancestry(app, `${module.name}.${qualname(found)}`).some((each) => base.test(each)))
        .map((found) => ({ module, found })),
    );
}

const base = /^pydantic(_settings)?\.(\w+\.)*BaseSettings$/;

/** True for a value that a variable of the field's name takes the place of. */
export function isOfEnvironment(app: AppFacts, { file, line }: Pick<Place, 'file' | 'line'>): boolean {
  return settingsOf(app).some(
    ({ module, found }) =>
      module.path === file &&
      lineAt(module.source, found.body.start) <= line &&
      line <= lineAt(module.source, found.body.end),
  );
}

/** The field of the key where it has no value of its own: without the variable the app does not start. */
export function hasOwnField(app: AppFacts): Place | undefined {
  for (const { module, found } of settingsOf(app)) {
    const body = module.source.text.slice(found.body.start, found.body.end);
    const field = /^[ \t]*(?:flask_)?secret_key[ \t]*:[ \t]*[\w.[\], |]+$/im.exec(body);
    if (!field) continue;
    const at = found.body.start + field.index + field[0].length - field[0].trimStart().length;
    return { file: module.path, line: lineAt(module.source, at), text: quote(module.source, at) };
  }
  return undefined;
}
