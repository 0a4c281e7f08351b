import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DewarError } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { checkContained } from '../plan/containment.ts';
import { type Catalog, type Choice, renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import { loadPython } from '../python/parser.ts';
import { compose } from './compose.ts';
import { mitigationProblems, questionProblems, valuesOf } from './contract.ts';
import type { ReadPack } from './layer.ts';
import { migrationProblems } from './migrations.ts';

/**
 * What is wrong with a pack: it is laid over Dewar, its mitigations are held against the contract, and apps are rendered
 * with each of its answers. One sentence each; none where all is well.
 */
export async function packProblems(catalog: Catalog, pack: ReadPack): Promise<readonly string[]> {
  const { name, questions = {} } = pack.manifest;
  try {
    const layered = compose(catalog, [pack]);
    const fresh = layered.mitigations.filter(({ id }) => !catalog.mitigations.some((each) => each.id === id));
    const chosen = layered.mitigations.map(({ id }) => id);
    const own = completeAnswers(layered, chosen, { directory: 'acme-portal', ...settled(layered) });
    const slots = new Set(layered.slots());
    const asked = Object.entries(questions).flatMap(([key, { question }]) => questionProblems(key, question));
    const contracts = fresh.flatMap((mitigation) => {
      const templates = ownTemplates(layered, mitigation.id);
      const problems = mitigationProblems(mitigation, { templates, slots, answers: own, chosen });
      return problems.map((problem) => `mitigations/${mitigation.id}: ${problem}`);
    });
    const steps = await stepProblems(layered);
    return [
      ...asked.map((each) => `${name}: ${each}`),
      ...contracts,
      ...steps,
      ...(await renderings(layered, pack, own)),
    ];
  } catch (error) {
    if (error instanceof DewarError) return [error.message];
    throw error;
  }
}

async function stepProblems(layered: Catalog): Promise<string[]> {
  const steps = Object.entries(layered.packs?.at(-1)?.migrations ?? {});
  const problems = steps.map(async ([id, own]) => {
    const found = await migrationProblems(own, ownTemplates(layered, id));
    return found.map((problem) => `mitigations/${id}: ${problem}`);
  });
  return (await Promise.all(problems)).flat();
}

function settled({ packs = [] }: Catalog): Answers {
  return Object.assign({}, ...packs.map(({ policy }) => policy.answers)) as Answers;
}

function ownTemplates({ templates }: Catalog, id: string): string[] {
  return Object.keys(templates)
    .filter((path) => path.startsWith(`${id}/`))
    .map((path) => path.slice(id.length + 1));
}

/** Everything chosen and nothing but what is required, with the usual answers and each of the pack's own in turn. */
async function renderings(catalog: Catalog, { manifest }: ReadPack, usual: Answers): Promise<string[]> {
  const all = catalog.mitigations.map(({ id }) => id);
  const required = (catalog.packs ?? []).flatMap(({ policy }) => policy.require);
  const variants = Object.entries(manifest.questions ?? {}).flatMap(([key, { question }]) =>
    valuesOf(question).map((value) => ({ ...usual, [key]: value })),
  );
  const presets = (catalog.packs ?? [])
    .flatMap((pack) => pack.presets)
    .map(({ answers }) => ({ ...usual, ...answers }));
  const choices: Choice[] = [
    ...[usual, ...variants, ...presets].map((answers) => ({ answers, chosen: all })),
    { answers: usual, chosen: required },
  ];
  const problems: string[] = [];
  for (const choice of choices) problems.push(...(await problemsOf(catalog, choice)));
  return [...new Set(problems)];
}

async function problemsOf(catalog: Catalog, choice: Choice): Promise<string[]> {
  const { files } = renderProject(catalog, {
    ...choice,
    answers: completeAnswers(catalog, choice.chosen, choice.answers),
  });
  checkContained(
    join(tmpdir(), 'dewar-nowhere', 'app'),
    files.map(({ path }) => path.replace(/^\/\//, '')),
  );
  const parse = await loadPython();
  return files.flatMap(({ path, text }: RenderedFile) => {
    const broken = path.endsWith('.py') ? parse(text).errors[0] : undefined;
    const line = broken && text.slice(0, broken.start).split('\n').length;
    return [
      ...(line === undefined ? [] : [`${path}:${line}: what is rendered is no Python`]),
      ...(/<%[-=#]?|%>/.test(text) && !path.endsWith('.md') ? [`${path}: a tag is left in it`] : []),
    ];
  });
}
