import type { Source } from '../source/text.ts';
import { commandsOf, placeOf } from './commands.ts';
import { environmentIn } from './compose.ts';
import type { Command, EnvironmentValue, Files } from './facts.ts';
import { deployRole } from './roles.ts';
import { at, readYaml, type Yaml } from './yaml.ts';

interface Hosted {
  readonly commands: readonly Command[];
  readonly environment: readonly EnvironmentValue[];
}

/** Names of files by which platforms are told what to run. */
export const platformFiles =
  /(^|\/)(app|render|\.do\/app|apprunner|service)\.ya?ml$|(^|\/)(app|vercel|railway|nixpacks)\.(json|toml)$|(^|\/)fly(\.\w+)?\.toml$/;

const start = /^(entrypoint|startCommand|run_command|run|dockerCommand|cmd)$/;

/** What a platform such as App Engine, Render, Fly or Heroku is told to run, and with which variables. */
export function readPlatform(files: Files, source: Source): Hosted {
  if (/\.ya?ml$/.test(source.path)) return ofYaml(files, source);
  const role = deployRole(source.path);
  const commands = [
    ...source.text.matchAll(/^[ \t]*"?(app|web|startCommand|cmd)"?[ \t]*[=:][ \t]*["'](.+)["'],?[ \t]*$/gm),
  ];
  const values = [...source.text.matchAll(/^[ \t]*"?([A-Z][A-Z\d_]+)"?[ \t]*[=:][ \t]*["'](.*?)["'],?[ \t]*$/gm)];
  return {
    commands: source.path.endsWith('.toml')
      ? commands.flatMap(({ 2: text = '', index }) =>
          commandsOf(files, text, { place: placeOf(source, index), origin: 'platform', role }),
        )
      : [],
    environment: values.map(({ 1: name = '', 2: value = '', index }) => ({
      ...placeOf(source, index),
      name,
      value,
      origin: 'platform',
      role,
    })),
  };
}

function ofYaml(files: Files, source: Source): Hosted {
  const role = deployRole(source.path);
  const documents = readYaml(files, source);
  const found = documents.flatMap((each) => scalars(each, 0));
  return {
    commands: found.flatMap(({ key, value }) =>
      start.test(key) && value.text !== undefined && /\s/.test(value.text)
        ? commandsOf(files, value.text, { place: placeOf(source, value.start), origin: 'platform', role })
        : [],
    ),
    environment: documents.flatMap((each) =>
      environmentIn(source, at(each, 'env_variables'), { origin: 'platform', role }),
    ),
  };
}

function scalars(yaml: Yaml, depth: number): Yaml['entries'] {
  if (depth > 5) return [];
  const inner = [...yaml.entries.map(({ value }) => value), ...yaml.items];
  return [...yaml.entries, ...inner.flatMap((each) => scalars(each, depth + 1))];
}
