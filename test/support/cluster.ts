import type { Manifest } from './kustomize.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are of many shapes, and kubernetes-validate knows them all.
type Tree = Record<string, any>;

/** The only object of a kind. */
export function only(all: readonly Manifest[], kind: string): Tree {
  const found = all.filter((each) => each.kind === kind);
  if (found.length !== 1) throw new Error(`There are ${found.length} objects of kind ${kind}.`);
  return found[0] as Tree;
}

/** The pod that the Deployment makes, and its container. */
export function podOf(all: readonly Manifest[]): { spec: Tree; labels: Tree; container: Tree } {
  const { template } = only(all, 'Deployment')['spec'];
  return { spec: template.spec, labels: template.metadata.labels, container: template.spec.containers[0] };
}

/** Names that lead nowhere: between objects, inside the pod, and into the Secret. */
export function looseEnds(all: readonly Manifest[], secret: Manifest): string[] {
  const { spec, container } = podOf(all);
  const names = new Set(all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).add(
    `Secret ${secret.metadata.name}`,
  );
  const wanted = [
    `ServiceAccount ${spec['serviceAccountName']}`,
    ...container['envFrom'].map((each: Tree) => `ConfigMap ${each['configMapRef'].name}`),
    ...spec['volumes'].flatMap((each: Tree) => [
      ...(each['persistentVolumeClaim'] ? [`PersistentVolumeClaim ${each['persistentVolumeClaim'].claimName}`] : []),
      ...(each['secret'] ? [`Secret ${each['secret'].secretName}`] : []),
    ]),
    ...of(all, 'HorizontalPodAutoscaler').map(({ spec: { scaleTargetRef: to } }) => `${to.kind} ${to.name}`),
    ...backends(all).map(({ name }) => `Service ${name}`),
  ];
  return [
    ...wanted.filter((name) => !names.has(name)),
    ...(names.size === all.length + 1 ? [] : ['two objects of one name']),
    ...selectors(all),
    ...ports(all),
    ...volumes(spec, container),
    ...files(all, secret),
  ];
}

function of(all: readonly Manifest[], kind: string): Tree[] {
  return all.filter((each) => each.kind === kind);
}

function backends(all: readonly Manifest[]): Tree[] {
  const rules = of(all, 'Ingress').flatMap(({ spec }) => spec.rules as Tree[]);
  return rules.flatMap(({ http }) => http.paths.map((path: Tree) => path['backend'].service));
}

/** Everything that picks pods must pick ours. */
function selectors(all: readonly Manifest[]): string[] {
  const { labels, spec } = podOf(all);
  const picked = [
    ...of(all, 'Service').map((each) => [each, each['spec'].selector]),
    ...[...of(all, 'Deployment'), ...of(all, 'PodDisruptionBudget')].map((each) => [
      each,
      each['spec'].selector.matchLabels,
    ]),
    ...of(all, 'NetworkPolicy').map((each) => [each, each['spec'].podSelector.matchLabels ?? {}]),
    ...spec['topologySpreadConstraints'].map((each: Tree) => [{ kind: 'spread' }, each['labelSelector'].matchLabels]),
  ] as [Tree, Tree][];
  const misses = picked.filter(([, wanted]) => Object.entries(wanted).some(([key, value]) => labels[key] !== value));
  return misses.map(([{ kind }]) => `the selector of ${kind} picks no pod`);
}

function ports(all: readonly Manifest[]): string[] {
  const { container } = podOf(all);
  const open = new Set(container['ports'].map(({ name }: Tree) => name));
  const service = only(all, 'Service')['spec'].ports as Tree[];
  const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].map((probe) => container[probe].httpGet.port);
  const policy = of(all, 'NetworkPolicy').flatMap(({ spec }) =>
    (spec.ingress ?? []).flatMap((rule: Tree) => rule['ports']),
  );
  const wanted = [...probes, ...service.map(({ targetPort }) => targetPort), ...policy.map(({ port }: Tree) => port)];
  const asked = backends(all).map(({ port }) => port.name);
  return [
    ...wanted.filter((port) => !open.has(port)).map((port) => `port ${port} is not open`),
    ...asked.filter((name) => !service.some((port) => port['name'] === name)).map((name) => `no service port ${name}`),
  ];
}

function volumes(spec: Tree, container: Tree): string[] {
  const there = spec['volumes'].map(({ name }: Tree) => name).sort();
  const used = container['volumeMounts'].map(({ name }: Tree) => name).sort();
  return `${there}` === `${used}` ? [] : [`volumes ${there}, but mounts ${used}`];
}

/** Each NAME_FILE names a key of the Secret, below the folder where it is mounted; and each key is asked for. */
function files(all: readonly Manifest[], secret: Manifest): string[] {
  const { spec, container } = podOf(all);
  const { name } = spec['volumes'].find((each: Tree) => each['secret']);
  const { mountPath } = container['volumeMounts'].find((each: Tree) => each['name'] === name);
  const paths = Object.entries(only(all, 'ConfigMap')['data']).flatMap(([key, path]) =>
    key.endsWith('_FILE') ? [path] : [],
  );
  const keys = Object.keys(secret['stringData']).map((key) => `${mountPath}/${key}`);
  return `${paths.sort()}` === `${keys.sort()}` ? [] : [`files ${paths}, but keys ${keys}`];
}

/** What the level "restricted" of the Pod Security Standards would refuse. */
export function notRestricted(all: readonly Manifest[]): string[] {
  const { spec, container } = podOf(all);
  const [pod, own] = [spec['securityContext'] ?? {}, container['securityContext'] ?? {}];
  const allowed = [
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ];
  const rules: Readonly<Record<string, boolean>> = {
    'a shared namespace of the host': !(spec['hostNetwork'] || spec['hostPID'] || spec['hostIPC']),
    'a port of the host': container['ports'].every((port: Tree) => port['hostPort'] === undefined),
    'a privileged container': own.privileged !== true,
    'more rights than at the start': own.allowPrivilegeEscalation === false,
    capabilities: `${own.capabilities?.drop}` === 'ALL' && (own.capabilities?.add ?? []).length === 0,
    root: (own.runAsNonRoot ?? pod.runAsNonRoot) === true && (own.runAsUser ?? pod.runAsUser) !== 0,
    'every system call': ['RuntimeDefault', 'Localhost'].includes((own.seccompProfile ?? pod.seccompProfile)?.type),
    'a volume of the host': spec['volumes'].every((each: Tree) =>
      Object.keys(each).every((key) => key === 'name' || allowed.includes(key)),
    ),
  };
  return Object.entries(rules).flatMap(([what, held]) => (held ? [] : [what]));
}
