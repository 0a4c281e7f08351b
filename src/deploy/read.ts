import type { Source } from '../source/text.ts';
import { ciReader } from './ci.ts';
import { readCompose, type Service } from './compose.ts';
import { readDockerfile } from './dockerfile.ts';
import { readDotenv } from './dotenv.ts';
import type { Command, DeployFacts, Files } from './facts.ts';
import { isManifest, readManifests } from './kubernetes.ts';
import { isNginx, readNginx } from './nginx.ts';
import { packageReader } from './packages.ts';
import { platformFiles, readPlatform } from './platforms.ts';
import { readProcfile, readSupervisor, readUnit } from './processes.ts';
import { deployRole } from './roles.ts';
import { isApache, readApache, readCaddy, readHaproxy } from './webservers.ts';

const composeFile = /(^|\/)(docker-)?compose[^/]*\.ya?ml$/i;
const dockerFile = /(^|\/)((Docker|Container)file([.-][^/]+)?|[^/]+\.Dockerfile)$/i;

/** Reads what the files around an app say on how it is installed, configured and run. */
export function readDeployment(files: Files): DeployFacts {
  const services = files.paths
    .filter((path) => composeFile.test(path))
    .flatMap((path) => read(files, path, readCompose));
  const targets = new Set(services.flatMap(({ target }) => target ?? []));
  const parts = files.paths.map((path): Partial<DeployFacts> => partOf(files, path, targets));
  const all: Partial<DeployFacts>[] = [
    ...parts,
    ...services.map(({ commands, environment, proxies }) => ({ commands, environment, proxies })),
  ];
  const both = <K extends keyof DeployFacts>(name: K): DeployFacts[K] =>
    all.flatMap((part) => [...(part[name] ?? [])]) as unknown as DeployFacts[K];
  return {
    commands: both('commands'),
    environment: [...both('environment'), ...givenFiles(files, services), ...both('commands').flatMap(exported)],
    packages: both('packages'),
    proxies: both('proxies'),
    ci: both('ci'),
    stages: both('stages'),
    services,
    tools: sources(files, /^(pyproject|\.?ruff)\.toml$|^(setup|tox)\.(cfg|ini)$|^\.(bandit|flake8)$/),
    guides: sources(
      files,
      /^(readme|security|deploy\w*|operations|contributing)[^/]*\.(md|rst|txt)$|^docs\/.+\.(md|rst)$/i,
    ),
  };
}

function read<T>(files: Files, path: string, reader: (files: Files, source: Source) => T[]): T[] {
  const source = files.read(path);
  return source ? reader(files, source) : [];
}

function sources(files: Files, pattern: RegExp): Source[] {
  return files.paths.filter((path) => pattern.test(path)).flatMap((path) => files.read(path) ?? []);
}

function partOf(files: Files, path: string, targets: ReadonlySet<string>): Partial<DeployFacts> {
  const part = partOfKnown(files, path, targets);
  if (part) return part;
  return mayBeServer.test(path) || /\.ya?ml$/.test(path) ? ofContent(files, path) : {};
}

type PartReader = (files: Files, source: Source) => Partial<DeployFacts>;

const known: readonly (readonly [RegExp, PartReader])[] = [
  [/(^|\/)Procfile([.\w]*)$/, readProcfile],
  [/\.service$/, readUnit],
  [/(^|\/)supervisord?[^/]*\.(conf|ini)$|(^|\/)supervisor[^/]*\/[^/]+\.(conf|ini)$/, readSupervisor],
  [
    /(^|\/)\.flaskenv$/,
    (_, source) => ({ environment: readDotenv(source, { origin: 'flaskenv', role: 'development' }) }),
  ],
  [
    /(^|\/)\.?env(\.[\w.-]+)?$|(^|\/)[\w-]+\.env$/,
    (_, source) => ({ environment: readDotenv(source, { origin: 'dotenv', role: deployRole(source.path) }) }),
  ],
  [/(^|\/)Caddyfile$/, (_, source) => ({ proxies: readCaddy(source) })],
  [/(^|\/)haproxy[^/]*\.cfg$/, (_, source) => ({ proxies: readHaproxy(source) })],
  [platformFiles, readPlatform],
];

function partOfKnown(files: Files, path: string, targets: ReadonlySet<string>): Partial<DeployFacts> | undefined {
  if (composeFile.test(path)) return {};
  const one = (reader: PartReader): Partial<DeployFacts> => {
    const source = files.read(path);
    return source ? reader(files, source) : {};
  };
  if (dockerFile.test(path)) return one((_, source) => readDockerfile(files, source, targets));
  const packages = packageReader(path);
  if (packages) return one((_, source) => ({ packages: packages(source) }));
  const ci = ciReader(path);
  if (ci) return one((_, source) => ({ ci: ci(files, source) }));
  const reader = known.find(([pattern]) => pattern.test(path))?.[1];
  return reader && one(reader);
}

/** Names of files that may hold the configuration of a web server. */
const mayBeServer =
  /\.(conf|nginx|vhost|tmpl|template|j2)$|(^|\/)[^/]*(nginx|apache|httpd|sites-(available|enabled))[^/]*(\/[^/]+)*$/i;

/** Web servers and clusters are told by what stands in the file. */
function ofContent(files: Files, path: string): Partial<DeployFacts> {
  if (/\.(py|js|ts|css|md|rst|png|svg|html?|json|lock|sh|txt)$/i.test(path)) return {};
  const source = files.read(path);
  if (!source) return {};
  if (isManifest(source.text)) return readManifests(files, source);
  if (/\.ya?ml$/.test(path)) return {};
  if (isNginx(source.text)) return { proxies: readNginx(files, source) };
  if (isApache(source.text)) return { proxies: readApache(source) };
  return /^\[program:/m.test(source.text) ? readSupervisor(files, source) : {};
}

/** `export NAME=value` in a script that starts the app. */
function exported({ words, file, line, text, role }: Command): DeployFacts['environment'] {
  if (words[0] !== 'export') return [];
  return words.slice(1).flatMap((word) => {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    return name === undefined ? [] : [{ file, line, text, name, value, origin: 'script', role }];
  });
}

/** Files that compose hands to a service, under names that no other reader knows. */
function givenFiles(files: Files, services: readonly Service[]): DeployFacts['environment'] {
  const extra = services.flatMap(({ environmentFiles, role }) => environmentFiles.map((path) => ({ path, role })));
  return extra
    .filter(({ path }) => files.paths.includes(path) && !/(^|\/)\.?env(\.[\w.-]+)?$|\.env$/.test(path))
    .flatMap(({ path, role }) => {
      const source = files.read(path);
      return source ? readDotenv(source, { origin: 'dotenv', role }) : [];
    });
}
