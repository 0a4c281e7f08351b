import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { only, podOf } from './cluster.ts';
import type { Image } from './image.ts';
import type { Manifest } from './kustomize.ts';
import { run } from './python.ts';
import { type Box, type Mount, tool } from './sandbox.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are of many shapes, and kubernetes-validate knows them all.
type Tree = Record<string, any>;

/** Where a pod runs, and what the cluster gives it besides its manifest. */
export interface Node {
  readonly top: string;
  readonly image: Image;
  readonly network: number;
  /** Keys of the Secret and their values. */
  readonly secret: Readonly<Record<string, string>>;
}

/** The pod of the manifests as a kubelet would start it: environment, user and mounts are theirs. */
export function podBox(all: readonly Manifest[], { top, image, network, secret }: Node): Box {
  const { spec, container } = podOf(all);
  const { runAsUser: uid, runAsGroup: gid, fsGroup } = spec['securityContext'];
  const folders = new Map(spec['volumes'].map((each: Tree) => [each['name'], volume(each, { top, fsGroup, secret })]));
  const mounts = container['volumeMounts'].map(
    ({ name, mountPath, readOnly }: Tree): Mount => ({
      path: mountPath,
      folder: folders.get(name) as string,
      writable: readOnly !== true,
    }),
  );
  for (const { path } of mounts) mkdirSync(join(image.files, path), { recursive: true });
  const env = { ...image.env, ...only(all, 'ConfigMap')['data'], HOSTNAME: 'pod' };
  const writable = container['securityContext'].readOnlyRootFilesystem !== true;
  if (writable) throw new Error('The pod may write to its whole file system.');
  return { files: image.files, user: { uid, gid, groups: [fsGroup] }, env, folder: image.folder, mounts, network };
}

/** A volume as kubelets make it: of root, and of the pod's group. */
function volume(each: Tree, { top, fsGroup, secret }: Pick<Node, 'top' | 'secret'> & { fsGroup: number }): string {
  const folder = join(top, `volume-${each['name']}`);
  mkdirSync(folder, { recursive: true });
  chownSync(folder, 0, fsGroup);
  chmodSync(folder, each['emptyDir'] ? 0o2777 : 0o2775);
  for (const [key, value] of each['secret'] ? Object.entries(secret) : []) {
    writeFileSync(join(folder, key), value);
    chownSync(join(folder, key), 0, fsGroup);
    chmodSync(join(folder, key), each['secret'].defaultMode);
  }
  return folder;
}

/** The status that a probe of the manifests gets, from where a kubelet stands; 0 where nobody answers. */
export function probe(all: readonly Manifest[], name: string, network: number): number {
  const { container } = podOf(all);
  const { path, port, httpHeaders } = container[name].httpGet;
  const { containerPort } = container['ports'].find((each: Tree) => each['name'] === port);
  const headers = Object.fromEntries(httpHeaders.map((each: Tree) => [each['name'], each['value']]));
  return ask({ port: containerPort, path, headers, seconds: container[name].timeoutSeconds, network });
}

interface Question {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds?: number;
  readonly network: number;
}

/** The status of a GET over plain HTTP inside of a network; 0 where nobody answers in time. */
export function ask({ port, path, headers, seconds = 5, network }: Question): number {
  const program = `
import http.client, json, sys
port, path, headers, seconds = json.loads(sys.argv[1])
client = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
try:
    client.request("GET", path, headers=headers)
    print(client.getresponse().status)
except OSError:
    print(0)
`;
  const given = JSON.stringify([port, path, headers, seconds]);
  return Number(run(tool('nsenter'), [`--net=/proc/${network}/ns/net`, 'python3', '-c', program, given]));
}
