import { deployRole } from '../../src/deploy/roles.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { Place } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';

const readers = /\b(yaml\.\w*load|json\.loads?|tom(llib|li|l)\.loads?|from_file|from_json|ConfigParser|[Dd]ynaconf)\b/;
const settings = /\.(ya?ml|json|toml|ini|cfg|conf)$/i;
/** Files that Dynaconf reads when it is told of none. */
const dynaconf = /(^|\/)\.?(settings|secrets)\.(ya?ml|json|toml|ini)$/i;
const key = /(?:^|[{,])[ \t]*["']?(?:flask_)?secret_key["']?[ \t]*[:=][ \t]*["']?([^\s"',#][^"'\n,#]*)/gim;

/** Keys that lie in committed files from which the app's code reads its settings. */
export function keysInSettings(app: AppFacts): Place[] {
  const modules = [...app.modules.values()].filter(
    ({ role, source }) => role === 'production' && readers.test(source.text),
  );
  if (modules.length === 0) return [];
  const usesDynaconf = modules.some(({ source }) => /\bdynaconf\b/i.test(source.text));
  const isRead = (path: string): boolean => {
    const name = path.split('/').at(-1) ?? path;
    return modules.some(({ source }) => source.text.includes(name)) || (usesDynaconf && dynaconf.test(path));
  };
  return app.files
    .filter(
      (path) =>
        settings.test(path) && !/(^|\/)templates?\//.test(path) && deployRole(path) === 'production' && isRead(path),
    )
    .flatMap((path) => keysIn(app, path));
}

function keysIn(app: AppFacts, path: string): Place[] {
  const source = app.source(path);
  if (!source) return [];
  return [...source.text.matchAll(key)]
    .filter(({ 1: value = '', index }) => isValue(value.trim()) && !isOfStorage(source.text, index))
    .map(({ index, 0: written, 1: value = '' }) => {
      const at = index + written.length - written.trimStart().length;
      return { file: path, line: lineAt(source, at), text: quote(source, at).replaceAll(value.trim(), '…') };
    });
}

/** Not nothing, nor a place for a value, nor what is read from elsewhere. */
function isValue(value: string): boolean {
  return !/^(null|none|~|true|false|!\S*|@\S+.*|[$%{<[].*|_{2,}\w*)$/i.test(value);
}

/** The key of a store of files, which stands beside its other half. */
function isOfStorage(text: string, at: number): boolean {
  return /access_key|aws|\bs3\b|minio|bucket/i.test(text.slice(Math.max(0, at - 200), at + 200));
}
