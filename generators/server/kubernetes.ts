import { entry, longEntry } from '../../src/changes.ts';
import type { Change, PlanContext } from '../../src/mitigation.ts';

/** True when sessions lie in files: a second pod would not know those of the first. */
export function onePod({ answers, chosen }: PlanContext): boolean {
  return chosen.has('sessions') && answers['store'] === 'filesystem';
}

/** True when INSTANCE_PATH holds what must outlive a pod: uploads, the example's users, sessions in files. */
export function keepsData(context: PlanContext): boolean {
  return context.answers['examples'] === true || context.chosen.has('files') || onePod(context);
}

/** What the other answers mean for the manifests. */
export function* withKubernetes(context: PlanContext): Iterable<Change> {
  const { answers, chosen } = context;
  yield* onePod(context) ? aloneOnly : manyPods;
  yield* keepsData(context) ? claim : scratch;
  yield* secretFile('SECRET_KEY');
  if (chosen.has('sessions') && answers['store'] === 'redis') yield* withStore('REDIS_URL', 'Redis', 6379);
  if (chosen.has('sessions') && answers['store'] === 'database')
    yield* withStore('SESSION_DATABASE_URL', 'PostgreSQL', 5432);
  if (answers['proxy'] === 'none') yield entry('kubernetes.settings', '# The Ingress controller.\n- PROXY_HOPS=1', 20);
  yield longEntry('deployment.ways', 'server/slots/deployment.kubernetes', 20);
}

const aloneOnly: readonly Change[] = [
  entry(
    'kubernetes.scale',
    `# Sessions lie in files: a second pod would not know those of the first, also not for a moment.
replicas: 1
strategy: {type: Recreate}`,
  ),
];

const manyPods: readonly Change[] = [
  entry(
    'kubernetes.scale',
    `# No replicas: autoscaler.yaml decides. A new pod is ready before an old one goes.
strategy:
  type: RollingUpdate
  rollingUpdate: {maxSurge: 1, maxUnavailable: 0}`,
  ),
  entry('kubernetes.resources', '- autoscaler.yaml\n- disruption-budget.yaml'),
  longEntry('kubernetes.patches', 'server/slots/kubernetes.replicas', 10),
];

const claim: readonly Change[] = [
  entry('kubernetes.resources', '- data.yaml', 10),
  longEntry('kubernetes.data', 'server/slots/kubernetes.claim'),
];

const scratch: readonly Change[] = [entry('kubernetes.data', 'emptyDir: {sizeLimit: 64Mi}')];

/** A secret is a file in the pod; its path is no secret. */
function secretFile(name: string): readonly Change[] {
  const key = name.toLowerCase();
  return [
    entry('kubernetes.settings', `- ${name}_FILE=/run/secrets/${key}`, 10),
    entry('kubernetes.secrets', `${key}: ""`, 10),
  ];
}

/** A session store elsewhere: its address is a secret, and its port the only way out. */
function withStore(variable: string, product: string, port: number): readonly Change[] {
  return [
    ...secretFile(variable),
    entry(
      'kubernetes.egress',
      `# ${product}; the overlay says where.
- to:
    - ipBlock: {cidr: 10.0.0.0/8}
  ports:
    - {protocol: TCP, port: ${port}}`,
    ),
    entry(
      'kubernetes.patches',
      `# Narrow this to the network of your session store.
- target: {kind: NetworkPolicy, name: app}
  patch: |-
    - {op: replace, path: /spec/egress/1/to/0/ipBlock/cidr, value: 10.0.0.0/8}`,
      20,
    ),
  ];
}
