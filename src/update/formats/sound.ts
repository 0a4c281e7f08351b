/** Tells what is wrong with a text; undefined where it makes sense. */
type Check = (text: string) => string | undefined;

/**
 * Why a merged text makes no sense although its parts did: it does not parse, or names one thing twice. A file of the
 * user that was broken before is not judged.
 */
export async function unsound(
  path: string,
  { mine, merged }: { mine: string; merged: string },
): Promise<string | undefined> {
  const check = await checkFor(path);
  const problem = check?.(merged);
  return problem !== undefined && check?.(mine) === undefined ? problem : undefined;
}

async function checkFor(path: string): Promise<Check | undefined> {
  if (path.endsWith('.py')) return pythonCheck();
  if (path.endsWith('.toml')) {
    const { parse } = await import('smol-toml');
    return thrown(parse);
  }
  if (/\.ya?ml$/.test(path)) {
    const { parseAllDocuments } = await import('yaml');
    return (text) => {
      const documents = [parseAllDocuments(text)].flat();
      return documents.flatMap((each) => ('errors' in each ? each.errors : []))[0]?.message.split('\n')[0];
    };
  }
  return path.endsWith('.json') ? thrown(JSON.parse) : doubles(path);
}

async function pythonCheck(): Promise<Check> {
  const { loadPython } = await import('../../python/parser.ts');
  const parse = await loadPython();
  return (text) => {
    const { errors, root } = parse(text);
    return errors.length > 0 || root.type === 'ERROR' ? 'it is no valid Python' : undefined;
  };
}

/** Nothing refuses a variable or a requirement that is there twice, and which of the two holds is anyone's guess. */
function doubles(path: string): Check | undefined {
  if (!/(^|\/)\.env|\.env$|(^|\/)requirements/.test(path)) return undefined;
  return (text) => {
    const names = text.match(/^[ \t]*(?:export[ \t]+)?[\w.-]+(?=[ \t]*(?:=|[<>!~]=))/gm) ?? [];
    const seen = names.map((name) =>
      name
        .trim()
        .toLowerCase()
        .replace(/[-_.]+/g, '-'),
    );
    const twice = seen.find((name, index) => seen.indexOf(name) !== index);
    return twice === undefined ? undefined : `it names ${twice} twice`;
  };
}

function thrown(parse: (text: string) => unknown): Check {
  return (text) => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return (error as Error).message.split('\n')[0];
    }
  };
}
