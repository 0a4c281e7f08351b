import type { Migration } from '../migration.ts';
import { followed } from '../python/moved.ts';
import { loadPython } from '../python/parser.ts';
import { applySplices } from '../source/splice.ts';
import { sourceOf } from '../source/text.ts';

const own = 'acme_portal';

/**
 * What is wrong with the steps of a mitigation from one version to the next, in sentences: each is taken by a file that
 * imports the name where it was, and has to lead to a module that the mitigation brings. `templates` are its paths.
 */
export async function migrationProblems(
  migrations: readonly Migration[],
  templates: readonly string[],
): Promise<string[]> {
  if (migrations.length === 0) return [];
  const parse = await loadPython();
  return migrations.flatMap((step) => {
    const { to, what, moved } = step;
    const wrong = Object.entries(moved).flatMap(([from, target]) => {
      const [module = '', name = ''] = from.split(':');
      const text = `from ${own}.${module} import ${name}\n`;
      const source = sourceOf(`src/${own}/mails.py`, text);
      const after = applySplices(source, followed(source, parse(text), { moved, own }).splices);
      if (after !== `from ${own}.${target} import ${name}\n` || after === text)
        return [`the step to ${to} leads no import of ${from} to ${target}`];
      const file = `package/${target.replaceAll('.', '/')}`;
      const isThere = [`${file}.py`, `${file}/__init__.py`].some((path) => templates.includes(path));
      return isThere ? [] : [`the step to ${to} leads to ${target}, which is none of its modules`];
    });
    return [
      ...(/^\d+\.\d+\.\d+$/.test(to) ? [] : [`the step to ${JSON.stringify(to)} names no version such as 1.2.0`]),
      ...(what.endsWith('.') ? [] : [`the step to ${to} says in no sentence why it is`]),
      ...(Object.keys(moved).length > 0 ? [] : [`the step to ${to} moves nothing`]),
      ...wrong,
    ];
  });
}
