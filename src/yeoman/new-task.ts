import { basename } from 'node:path';
import { checkSettled, settle, sourcesOf } from '../cli/answers.ts';
import type { Options } from '../cli/arguments.ts';
import { oneOf, split } from '../cli/coerce.ts';
import { definitions } from '../cli/definitions.ts';
import { type Flag, questionsOf } from '../cli/flags.ts';
import { commandTable } from '../cli/table.ts';
import type { Definitions } from '../cli/wiring.ts';
import { planNew } from '../commands/new.ts';
import { folderInRepository } from '../plan/repository.ts';
import { laidOver } from './packs.ts';
import { type Asker, askProject, givenAnswers, optionOf, takesDefaults } from './questions.ts';
import type { Settled, Task } from './task.ts';

/** A new app, in the folder that the argument names or else in the current one. */
export const newTask: Task = {
  description: 'Writes a hardened Flask app.',
  argument: { name: 'directory', kind: 'folder' },
  flags: flagsOfNew(['yes', 'preset', 'with', 'without', 'pack', 'trust']),
  ask: askNew,
};

async function askNew(asker: Asker, root: string): Promise<Settled> {
  const { catalog, definitions } = await laidOver(asker, { name: 'new', root });
  const answers = givenAnswers(asker, questionsOf(definitions));
  const context = { definitions, directory: basename(root) };
  const folder = folderInRepository(root);
  const given = folder === '' ? answers : { folder, ...answers };
  const sources = sourcesOf({ options: choosing(asker, definitions), answers: given }, undefined, context);
  const settled = takesDefaults(asker) ? settle(definitions, sources) : await askProject(asker, definitions, sources);
  checkSettled(definitions, settled, answers);
  const { packs = [] } = definitions;
  const after = async (): Promise<void> => {
    const { runHooks } = await import('../commands/post.ts');
    for (const { message } of await runHooks(packs, { root, answers: settled.answers })) asker.log(message);
  };
  return { plan: () => planNew(catalog, settled), ...(packs.some((pack) => pack.afterNew) && { after }) };
}

/** The options that choose defences, read as the command line reads them. */
function choosing(asker: Asker, definitions: Definitions): Options {
  const ids = definitions.catalog.map(({ id }) => id);
  const list = (name: 'with' | 'without'): Options => {
    const value = optionOf(asker, name);
    return value === undefined ? {} : { [name]: split(String(value)).map((id) => oneOf(id, ids, `--${name}`)) };
  };
  const preset = optionOf(asker, 'preset');
  const names = definitions.presets.map(({ name }) => name);
  return {
    ...list('with'),
    ...list('without'),
    ...(preset === undefined ? {} : { preset: oneOf(String(preset), names, '--preset') }),
  };
}

/** The flags of `dewar new` that mean the same under Yeoman: those of its questions, and the named ones. */
function flagsOfNew(names: readonly string[]): readonly Flag[] {
  const command = commandTable(definitions).find(({ name }) => name === 'new');
  return (command?.flags ?? []).filter(({ name, question }) => question !== undefined || names.includes(name));
}
