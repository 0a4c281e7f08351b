import type { Source } from '../source/text.ts';
import { ciCommands } from './ci-commands.ts';
import { placeOf } from './commands.ts';
import type { CiStep, Files } from './facts.ts';
import { at, readYaml, texts, type Yaml, type YamlEntry } from './yaml.ts';

type Reader = (files: Files, source: Source) => CiStep[];

const readers: readonly (readonly [RegExp, Reader])[] = [
  [/(^|\/)[^/]*workflows?\/[^/]+\.ya?ml$/, github],
  [/(^|\/)\.gitlab-ci\.ya?ml$|(^|\/)\.gitlab\/.+\.ya?ml$/, gitlab],
  [
    /(^|\/)\.circleci\/config\.ya?ml$|(^|\/)(azure-pipelines|bitbucket-pipelines|\.travis|\.drone|\.woodpecker|appveyor|cloudbuild|buildspec)\.ya?ml$/,
    anyYaml,
  ],
  [/(^|\/)Jenkinsfile$/, jenkins],
];

/** Reads the steps of a pipeline's file; undefined for a file that is none. */
export function ciReader(path: string): Reader | undefined {
  return readers.find(([pattern]) => pattern.test(path))?.[1];
}

const events = /^(push|pull_request|pull_request_target|merge_group|schedule|workflow_call)$/;

function github(files: Files, source: Source): CiStep[] {
  const [document] = readYaml(files, source);
  // YAML 1.1 reads the key `on` as true.
  const on = document?.entries.find(({ key }) => key === 'on' || key === 'true')?.value;
  const triggers = on ? [...texts(on), ...on.entries.map(({ key }) => key)] : [];
  // Only this folder is read by GitHub, and only at the root.
  const active = source.path.startsWith('.github/workflows/') && triggers.some((name) => events.test(name));
  const jobs = at(document, 'jobs')?.entries ?? [];
  return jobs.flatMap(({ value: job }) => {
    const soft = at(job, 'continue-on-error')?.text === 'true';
    const off = at(job, 'if')?.text === 'false';
    return (at(job, 'steps')?.items ?? []).map((step) =>
      githubStep(files, source, { step, active: active && !off, soft }),
    );
  });
}

interface Step {
  readonly step: Yaml;
  readonly active: boolean;
  readonly soft: boolean;
}

function githubStep(files: Files, source: Source, { step, active, soft }: Step): CiStep {
  const run = at(step, 'run');
  const uses = at(step, 'uses')?.text;
  const lenient = soft || at(step, 'continue-on-error')?.text === 'true';
  return {
    ...placeOf(source, run?.start ?? at(step, 'uses')?.start ?? step.start),
    commands: run ? ciCommands(files, run.text ?? '', { source, offset: run.start }) : [],
    ...(uses !== undefined && { uses }),
    blocking: !lenient,
    active: active && at(step, 'if')?.text !== 'false',
  };
}

const reserved = /^(stages|variables|default|include|workflow|image|services|cache|before_script|after_script|pages)$/;

function gitlab(files: Files, source: Source): CiStep[] {
  const [document] = readYaml(files, source);
  const jobs = document?.entries.filter(({ key }) => !reserved.test(key)) ?? [];
  const included = texts(at(document, 'include')).concat(
    (at(document, 'include')?.items ?? []).flatMap((item) => at(item, 'template')?.text ?? []),
  );
  const templates = included.map((uses) => ({
    ...placeOf(source, at(document, 'include')?.start ?? 0),
    commands: [],
    uses,
    blocking: false,
    active: true,
  }));
  return [...templates, ...jobs.flatMap((job) => gitlabJob(files, source, job))];
}

function gitlabJob(files: Files, source: Source, { key, value, start }: YamlEntry): CiStep[] {
  const script = at(value, 'script');
  if (!script) return [];
  const manual = at(value, 'when')?.text === 'manual';
  return [
    {
      ...placeOf(source, start),
      commands: lines(script).flatMap((line) => ciCommands(files, line.text ?? '', { source, offset: line.start })),
      blocking: at(value, 'allow_failure')?.text !== 'true',
      active: !key.startsWith('.') && !manual,
    },
  ];
}

function lines(yaml: Yaml): readonly Yaml[] {
  return yaml.text === undefined ? yaml.items.flatMap(lines) : [yaml];
}

/** Every text below a key that holds commands. */
function anyYaml(files: Files, source: Source): CiStep[] {
  return readYaml(files, source)
    .flatMap((document) => scripts(document, 0))
    .map((line) => ({
      ...placeOf(source, line.start),
      commands: ciCommands(files, line.text ?? '', { source, offset: line.start }),
      blocking: true,
      active: true,
    }));
}

function scripts(yaml: Yaml, depth: number): Yaml[] {
  if (depth > 12) return [];
  const own = yaml.entries.flatMap(({ key, value }) =>
    /^(script|run|command|commands|bash|install|before_script|test_script)$/.test(key) ? lines(value) : [],
  );
  const inner = [...yaml.entries.map(({ value }) => value), ...yaml.items];
  return [...own, ...inner.flatMap((each) => scripts(each, depth + 1))];
}

function jenkins(files: Files, source: Source): CiStep[] {
  const found = source.text.matchAll(
    /\bsh\s*\(?\s*(?:script:\s*)?('''[\s\S]*?'''|"""[\s\S]*?"""|'[^'\n]*'|"[^"\n]*")/g,
  );
  return [...found].map(({ 1: text = '', index }) => ({
    ...placeOf(source, index),
    commands: ciCommands(files, text.replace(/^(['"])\1?\1?|(['"])\2?\2?$/g, ''), { source, offset: index }),
    blocking: true,
    active: true,
  }));
}
