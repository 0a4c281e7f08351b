import type { Source } from '../source/text.ts';
import { commandOfWords, commandsOf, placeOf } from './commands.ts';
import type { Command, DeployRole, EnvironmentValue, Files, ServiceFacts, WebServer } from './facts.ts';
import { deployRole, partRole } from './roles.ts';
import { at, readYaml, texts, type Yaml, type YamlEntry } from './yaml.ts';

/** One service of a compose file. */
export interface Service extends ServiceFacts {
  readonly commands: readonly Command[];
  readonly environment: readonly EnvironmentValue[];
  /** The stage of an image that is built. */
  readonly target?: string;
  readonly proxies: readonly WebServer[];
  /** Files with its variables, relative to the root. */
  readonly environmentFiles: readonly string[];
}

/** The services of a compose file. */
export function readCompose(files: Files, source: Source): Service[] {
  return readYaml(files, source).flatMap((document) => {
    const services = at(document, 'services')?.entries ?? [];
    return services.map((entry) => serviceOf(files, source, entry));
  });
}

function serviceOf(files: Files, source: Source, { key, start, value }: YamlEntry): Service {
  const role = partRole(key, deployRole(source.path));
  const target = at(value, 'build', 'target')?.text;
  const folder = source.path.split('/').slice(0, -1);
  return {
    ...placeOf(source, start),
    name: key,
    commands: ['entrypoint', 'command'].flatMap((name) => commandsIn(files, source, { name, value, role })),
    environment: environmentIn(source, at(value, 'environment'), { origin: 'compose', role }),
    ...(target !== undefined && { target: target.toLowerCase() }),
    image: at(value, 'image')?.text ?? '',
    proxies: traefik(source, value, role),
    environmentFiles: envFiles(at(value, 'env_file')).map((path) => [...folder, path.replace(/^\.\//, '')].join('/')),
    role,
  };
}

function envFiles(yaml: Yaml | undefined): string[] {
  return [...texts(yaml), ...(yaml?.items.flatMap((item) => at(item, 'path')?.text ?? []) ?? [])];
}

interface Part {
  readonly name: string;
  readonly value: Yaml;
  readonly role: DeployRole;
}

function commandsIn(files: Files, source: Source, { name, value, role }: Part): Command[] {
  const found = at(value, name);
  if (!found) return [];
  const site = { place: placeOf(source, found.start), origin: 'compose', role } as const;
  return found.text === undefined ? commandOfWords(files, texts(found), site) : commandsOf(files, found.text, site);
}

/** Variables as a map or as a list of `NAME=value`. */
export function environmentIn(
  source: Source,
  yaml: Yaml | undefined,
  common: Pick<EnvironmentValue, 'origin' | 'role'>,
): EnvironmentValue[] {
  const mapped = yaml?.entries.map(({ key, value, start }) => ({ name: key, value: value.text ?? '', start })) ?? [];
  const listed = (yaml?.items ?? []).flatMap(({ text, start }) => {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text ?? '') ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value, start }];
  });
  return [...mapped, ...listed].map(({ name, value, start }) => ({
    ...placeOf(source, start),
    name,
    value,
    ...common,
  }));
}

/** Traefik is configured by labels of the service that it passes to. */
function traefik(source: Source, service: Yaml, role: DeployRole): WebServer[] {
  const labels = at(service, 'labels');
  const words = [
    ...texts(labels).map((text) => ({ text, start: labels?.start ?? 0 })),
    ...(labels?.entries ?? []).map(({ key, value, start }) => ({ text: `${key}=${value.text ?? ''}`, start })),
  ];
  const router = words.find(({ text }) => /^traefik\.http\.routers\./.test(text));
  if (!router) return [];
  const has = (pattern: RegExp): boolean => words.some(({ text }) => pattern.test(text));
  return [
    {
      ...placeOf(source, router.start),
      kind: 'traefik',
      role,
      tls: has(/\.tls(\.certresolver)?=(?!false)|\.entrypoints=.*(websecure|https)/i),
      redirects: has(/redirectscheme\.scheme=https|redirections\.entrypoint/i),
      passes: true,
      headers: [],
      protocols: [],
      aliases: [],
      overridden: [],
    },
  ];
}
