import { basename } from 'node:path';
import { catalog } from '../catalog.ts';
import { checkSettled, settle, sourcesOf } from '../cli/answers.ts';
import type { Options } from '../cli/arguments.ts';
import { oneOf, split } from '../cli/coerce.ts';
import { definitions } from '../cli/definitions.ts';
import { type Flag, questionsOf } from '../cli/flags.ts';
import { commandTable } from '../cli/table.ts';
import { planNew } from '../commands/new.ts';
import { folderInRepository } from '../plan/repository.ts';
import { type Asker, askProject, givenAnswers, optionOf, takesDefaults } from './questions.ts';
import type { Plan, Task } from './task.ts';

/** A new app, in the folder that the argument names or else in the current one. */
export const newTask: Task = {
  description: 'Writes a hardened Flask app.',
  argument: { name: 'directory', kind: 'folder' },
  flags: flagsOfNew(['yes', 'preset', 'with', 'without']),
  ask: askNew,
};

async function askNew(asker: Asker, root: string): Promise<Plan> {
  const answers = givenAnswers(asker, questionsOf(definitions));
  const context = { definitions, directory: basename(root) };
  const folder = folderInRepository(root);
  const given = folder === '' ? answers : { folder, ...answers };
  const sources = sourcesOf({ options: choosing(asker), answers: given }, undefined, context);
  const settled = takesDefaults(asker) ? settle(definitions, sources) : await askProject(asker, definitions, sources);
  checkSettled(definitions, settled, answers);
  return () => planNew(catalog, settled);
}

/** The options that choose defences, read as the command line reads them. */
function choosing(asker: Asker): Options {
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
