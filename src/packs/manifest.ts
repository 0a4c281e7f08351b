import type { Answer } from '../mitigation.ts';
import { change, file } from './changes.ts';
import { type Contents, manifestFile } from './contents.ts';
import { question, questionKey } from './questions.ts';
import { list, matching, oneOf, optional, type Reader, record, shape, text, wrong } from './schema.ts';
import { readYaml } from './yaml.ts';

const id = matching(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'name of lower-case words with "-" between them');
const version = matching(/^\d+\.\d+\.\d+$/, 'version such as 1.2.0');
const range = matching(/^[<>=!~]=?[\d.]+(?:,[<>=!~]=?[\d.]+)*$/, 'range of versions, such as >=0.1,<0.3');

/** An answer as it stands in an answers file; the question it belongs to judges it later. */
const answer: Reader<Answer> = (value, at) => {
  if (typeof value === 'boolean' || value === '') return value;
  return Array.isArray(value) ? list(text)(value, at) : text(value, at);
};
const answers = record(questionKey, answer);

const preset = shape({ name: id, summary: text, answers: optional(answers), without: optional(list(id)) });

const policy = shape({
  require: optional(list(id)),
  answers: optional(answers),
  rules: optional(list(matching(/^[a-z][a-z0-9-]*\/[a-z0-9-]+$/, 'id of a rule, such as headers/open-policy'))),
  settings: optional(
    list(
      shape({
        key: matching(/^[A-Z][A-Z0-9_]*$/, 'name in capitals'),
        is: matching(
          /^(?:True|False|None|-?\d+|"[^"\\\n]*")$/,
          'Python literal: True, False, None, a whole number or "text"',
        ),
        why: text,
      }),
    ),
  ),
  texts: optional(list(shape({ text, in: list(matching(/^[\w.-]+$/, 'ending of names, such as .py')), why: text }))),
});

const code = shape({
  templates: optional(oneOf(['ejs'])),
  plan: optional(path()),
  mitigations: optional(path()),
  audits: optional(path()),
  migrations: optional(path()),
  afterNew: optional(path()),
});

const manifest = shape({
  name: id,
  version,
  summary: text,
  dewar: range,
  over: optional(list(id)),
  questions: optional(record(questionKey, question)),
  answers: optional(answers),
  presets: optional(list(preset)),
  files: optional(list(file)),
  changes: optional(list(change)),
  policy: optional(policy),
  code: optional(code),
});

/** What `dewar.pack.yaml` says. */
export type Manifest = ReturnType<typeof manifest>;

const threat = shape({
  name: text,
  severity: oneOf(['high', 'medium', 'low']),
  prevented: matching(/\.$/, 'sentence'),
});

const migration = shape({
  to: version,
  what: matching(/\.$/, 'sentence'),
  moved: record(
    matching(/^[a-z_]\w*(?:\.[a-z_]\w*)*:[A-Za-z_]\w*$/, 'name in a module, such as security.old:name'),
    matching(/^[a-z_]\w*(?:\.[a-z_]\w*)*$/, 'module, such as security.new'),
  ),
});

const mitigation = shape({
  title: matching(/^\S.{0,70}[^\s.]$/, 'title: one short line without a full stop'),
  weaknesses: list(cwe),
  asvs: list(matching(/^\d+\.\d+\.\d+$/, 'section of OWASP ASVS, such as 3.4.1')),
  threats: list(threat),
  needs: optional(list(id)),
  after: optional(list(id)),
  questions: optional(record(questionKey, question)),
  files: optional(list(file)),
  changes: optional(list(change)),
  migrations: optional(list(migration)),
  extension: optional(
    matching(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/, 'dotted name of a class, such as flask_limiter.Limiter'),
  ),
});

/** What `mitigations/ID/mitigation.yaml` says. */
export type DeclaredMitigation = ReturnType<typeof mitigation>;

/** Reads the manifest of a pack. */
export function readManifest(contents: Contents): Manifest {
  return readYaml(contents, manifestFile, manifest);
}

/** Reads one mitigation of a pack that is data. */
export function readMitigation(contents: Contents, path: string): DeclaredMitigation {
  return readYaml(contents, path, mitigation);
}

/** The name of a mitigation, as its folder says it. */
export function isId(name: string): boolean {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name);
}

function path(): Reader<string> {
  return matching(/^code\/[\w./-]+\.mjs$/, 'path of a module below code/, such as code/plan.mjs');
}

function cwe(value: unknown, at: Parameters<Reader<string>>[1]): `CWE-${number}` {
  if (typeof value === 'string' && /^CWE-\d+$/.test(value)) return value as `CWE-${number}`;
  throw wrong(at, `${JSON.stringify(value)} is no weakness such as CWE-352`);
}
