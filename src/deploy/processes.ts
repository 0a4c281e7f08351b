import type { Source } from '../source/text.ts';
import { commandsOf, placeOf } from './commands.ts';
import type { Command, EnvironmentValue, Files, Origin } from './facts.ts';
import { deployRole, partRole } from './roles.ts';
import { unquote } from './shell.ts';

interface Started {
  readonly commands: readonly Command[];
  readonly environment: readonly EnvironmentValue[];
}

/** The processes of a Procfile. */
export function readProcfile(files: Files, source: Source): Started {
  const role = deployRole(source.path);
  const commands = [...source.text.matchAll(/^[ \t]*([\w-]+)[ \t]*:[ \t]*(.+)$/gm)].flatMap(
    ({ 0: all, 1: name = '', 2: text = '', index }) => {
      const place = placeOf(source, index + all.length - all.trimStart().length);
      return commandsOf(files, text, { place, origin: 'procfile', role: partRole(name, role) });
    },
  );
  return { commands, environment: [] };
}

/** The service of a systemd unit; the prefixes of `ExecStart` are no part of the command. */
export function readUnit(files: Files, source: Source): Started {
  return ofPairs(files, source, { origin: 'systemd', start: /^ExecStart$/i, environment: /^Environment$/i });
}

/** The programs of a configuration of Supervisor. */
export function readSupervisor(files: Files, source: Source): Started {
  return ofPairs(files, source, { origin: 'supervisor', start: /^command$/i, environment: /^environment$/i });
}

interface Keys {
  readonly origin: Origin;
  readonly start: RegExp;
  readonly environment: RegExp;
}

const pair = /^[ \t]*([A-Za-z]\w*)[ \t]*=[ \t]*((?:[^\n\\]|\\(?:\r?\n|.))*)/gm;

function ofPairs(files: Files, source: Source, keys: Keys): Started {
  const role = deployRole(source.path);
  const { origin } = keys;
  const found = [...source.text.matchAll(pair)].map(({ 0: all, 1: key = '', 2: value = '', index }) => ({
    key,
    value,
    place: placeOf(source, index + all.length - all.trimStart().length),
  }));
  return {
    commands: found
      .filter(({ key }) => keys.start.test(key))
      .flatMap(({ value, place }) => commandsOf(files, value.replace(/^[-@:+!]+/, ''), { place, origin, role })),
    environment: found
      .filter(({ key }) => keys.environment.test(key))
      .flatMap(({ value, place }) => variables(value).map((each) => ({ ...place, ...each, origin, role }))),
  };
}

function variables(text: string): { name: string; value: string }[] {
  const found = text.matchAll(/["']?([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,"']*)/g);
  return [...found].map(({ 1: name = '', 2: value = '' }) => ({ name, value: unquote(value) }));
}
