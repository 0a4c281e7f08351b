import type { Source } from '../source/text.ts';
import { commandOfWords, placeOf } from './commands.ts';
import type { Command, DeployRole, EnvironmentValue, Files, WebServer } from './facts.ts';
import { deployRole } from './roles.ts';
import { at, readYaml, texts, type Yaml } from './yaml.ts';

interface Cluster {
  readonly commands: readonly Command[];
  readonly environment: readonly EnvironmentValue[];
  readonly proxies: readonly WebServer[];
}

/** True for a text that looks like manifests of Kubernetes. */
export function isManifest(text: string): boolean {
  return /^apiVersion:/m.test(text) && /^kind:/m.test(text);
}

/** The containers, variables and entrances of manifests. */
export function readManifests(files: Files, source: Source): Cluster {
  const role = deployRole(source.path);
  const documents = readYaml(files, source).flatMap((each) => [each, ...(at(each, 'items')?.items ?? [])]);
  const containers = documents.flatMap((each) => containersIn(each, 0));
  return {
    commands: containers.flatMap((each) => started(files, source, { container: each, role })),
    environment: [
      ...containers.flatMap((each) => variables(source, at(each, 'env'), role)),
      ...documents.filter(holdsData).flatMap((each) => data(source, each, role)),
    ],
    proxies: documents
      .filter((each) => at(each, 'kind')?.text === 'Ingress')
      .map((each) => ingress(source, each, role)),
  };
}

/** Containers at any depth: a pod may be the template of another thing. */
function containersIn(yaml: Yaml, depth: number): Yaml[] {
  if (depth > 8) return [];
  return yaml.entries.flatMap(({ key, value }) =>
    key === 'containers' || key === 'initContainers' ? value.items : containersIn(value, depth + 1),
  );
}

function started(files: Files, source: Source, { container, role }: { container: Yaml; role: DeployRole }): Command[] {
  const command = at(container, 'command') ?? at(container, 'args');
  if (!command) return [];
  const words = [...texts(at(container, 'command')), ...texts(at(container, 'args'))];
  return commandOfWords(files, words, { place: placeOf(source, command.start), origin: 'kubernetes', role });
}

function variables(source: Source, yaml: Yaml | undefined, role: DeployRole): EnvironmentValue[] {
  return (yaml?.items ?? []).flatMap((item) => {
    const name = at(item, 'name')?.text;
    const value = at(item, 'value');
    if (name === undefined || value?.text === undefined) return [];
    return [{ ...placeOf(source, value.start), name, value: value.text, origin: 'kubernetes' as const, role }];
  });
}

function holdsData(document: Yaml): boolean {
  return /^(ConfigMap|Secret)$/.test(at(document, 'kind')?.text ?? '');
}

function data(source: Source, document: Yaml, role: DeployRole): EnvironmentValue[] {
  return ['data', 'stringData'].flatMap((name) =>
    (at(document, name)?.entries ?? []).flatMap(({ key, value, start }) =>
      value.text === undefined
        ? []
        : [{ ...placeOf(source, start), name: key, value: value.text, origin: 'kubernetes' as const, role }],
    ),
  );
}

function ingress(source: Source, document: Yaml, role: DeployRole): WebServer {
  // Amazon's controller is told by annotations.
  const tls = at(document, 'spec', 'tls') ?? annotation(document, 'certificate-arn');
  return {
    ...placeOf(source, (tls ?? at(document, 'spec'))?.start ?? document.start),
    kind: 'ingress',
    role,
    tls: tls !== undefined,
    // The controllers in use send plain HTTP on where a certificate is named.
    redirects: tls !== undefined && !/ssl-redirect["']?:\s*["']?false/.test(source.text),
    passes: true,
    headers: [],
    protocols: [],
    aliases: [],
    overridden: [],
  };
}

function annotation(document: Yaml, name: string): Yaml | undefined {
  const all = at(document, 'metadata', 'annotations')?.entries ?? [];
  return all.find(({ key }) => key.endsWith(`/${name}`))?.value;
}
