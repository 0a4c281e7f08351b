import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** An object of a cluster, as its manifest says it. */
export type Manifest = Readonly<{ kind: string; metadata: { name: string; namespace?: string } }> & Tree;
// biome-ignore lint/suspicious/noExplicitAny: manifests are of many shapes, and kubernetes-validate knows them all.
type Tree = Record<string, any>;

/** Every document of a YAML file, read as Kubernetes reads it: YAML 1.1. */
export function documents(file: string): Manifest[] {
  const found = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1', merge: true });
  for (const document of found) for (const fault of [...document.errors, ...document.warnings]) throw fault;
  return found.map((document) => document.toJS() as Manifest);
}

/** The fields that this test can render; kustomize has many more. */
interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly labels: readonly { readonly pairs: Tree }[];
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly Tree[];
  readonly images: readonly Tree[];
  readonly patches: readonly Tree[];
}

const none: Pick<Kustomization, 'labels' | 'resources' | 'configMapGenerator' | 'images' | 'patches'> = {
  labels: [],
  resources: [],
  configMapGenerator: [],
  images: [],
  patches: [],
};
const known = new Set(['apiVersion', 'kind', 'namespace', ...Object.keys(none)]);

/** What `kubectl kustomize` makes of a folder, for the few fields that we use. It refuses whatever does not fit together. */
export function render(folder: string): Manifest[] {
  const given = documents(join(folder, 'kustomization.yaml'))[0] as Tree;
  const unknown = Object.keys(given).filter((key) => !known.has(key));
  if (unknown.length > 0) throw new Error(`${folder}: this test cannot render ${unknown}.`);
  const wanted: Kustomization = { apiVersion: '', kind: '', ...none, ...given };
  const listed = wanted.resources.flatMap((path) => resource(join(folder, path)));
  const made = wanted.configMapGenerator.map(configMap);
  const all = structuredClone([...listed, ...made]) as Tree[];
  for (const patch of wanted.patches) applyTo(all, patch);
  for (const each of all) mark(each, wanted);
  for (const { metadata } of made) rename(all, metadata.name.replace(/-[0-9a-f]{10}$/, ''), metadata.name);
  return all as Manifest[];
}

/** What holds for every object: namespace, labels and images. */
function mark(each: Tree, { namespace, labels, images }: Kustomization): void {
  if (namespace && each['kind'] !== 'Namespace') each['metadata'].namespace = namespace;
  for (const { pairs } of labels) each['metadata'].labels = { ...each['metadata'].labels, ...pairs };
  for (const image of images) setImage(each, image);
}

function resource(path: string): Manifest[] {
  if (!existsSync(path)) throw new Error(`${path} is listed and not there.`);
  return statSync(path).isDirectory() ? render(path) : documents(path);
}

/** The suffix makes pods start anew when a value changes. */
function configMap({ name, literals }: Tree): Manifest {
  const data = Object.fromEntries((literals as string[]).map((each) => each.split(/=(.*)/s).slice(0, 2)));
  const suffix = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 10);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-${suffix}` }, data };
}

function rename(node: unknown, from: string, to: string): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node as Tree)) {
    if (key === 'configMapRef' && value.name === from) value.name = to;
    rename(value, from, to);
  }
}

function applyTo(all: readonly Tree[], { target, patch }: Tree): void {
  const hit = all.filter((each) => each['kind'] === target.kind && each['metadata'].name === target.name);
  if (hit.length !== 1)
    throw new Error(`A patch is for ${target.kind} ${target.name}, of which there are ${hit.length}.`);
  for (const step of parse(patch) as Tree[]) operate(hit[0] as Tree, step);
}

/** One step of RFC 6902; only what exists can be replaced. */
function operate(root: Tree, { op, path, value }: Tree): void {
  const keys = (path as string)
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Tree | undefined>((node, key) => node?.[key], root);
  if (parent === undefined || (op === 'replace' && !(last in parent)))
    throw new Error(`${op} ${path}: there is no such field.`);
  if (op !== 'replace' && op !== 'add') throw new Error(`${op}: this test cannot do that.`);
  parent[last] = value;
}

function setImage(each: Tree, { name, newName, newTag, digest }: Tree): void {
  for (const container of each['spec']?.template?.spec?.containers ?? [])
    if (container.image === name) container.image = `${newName ?? name}${digest ? `@${digest}` : `:${newTag}`}`;
}
