import type { Answer, Answers, ByHand, Change, EntryChange, Mitigation, PlanContext, Question } from '../mitigation.ts';

/** What a mitigation is held against. */
export interface Contract {
  /** Its own templates, as paths below its id. */
  readonly templates: readonly string[];
  /** Names of the slots that some template has. */
  readonly slots: ReadonlySet<string>;
  /** Answers to every question of the catalog that it belongs to. */
  readonly answers: Answers;
  /** Ids of everything else that is chosen. */
  readonly chosen: readonly string[];
}

/** What a mitigation promises and does not keep, in sentences; the same for Dewar's own and for those of packs. */
export function mitigationProblems(mitigation: Mitigation, contract: Contract): string[] {
  const steps = stepsOf(mitigation, contract);
  return [
    ...declarationProblems(mitigation),
    ...Object.entries(mitigation.questions).flatMap(([key, question]) => questionProblems(key, question)),
    ...steps.flatMap((step) => (step.kind === 'by-hand' ? [] : changeProblems(step, mitigation.id, contract))),
    ...templateProblems(mitigation.id, steps, contract),
  ];
}

function declarationProblems({ title, threats, weaknesses, asvs }: Mitigation): string[] {
  const unfinished = threats.filter(({ name, prevented }) => name === '' || !prevented.endsWith('.'));
  return [
    ...(/^\S.{0,70}[^\s.]$/.test(title) ? [] : ['its title is no short line without a full stop']),
    ...(threats.length === 0 ? ['it names no threat'] : []),
    ...unfinished.map(
      ({ name }) => `the threat ${JSON.stringify(name)} has no name, or no sentence about what is prevented`,
    ),
    ...(weaknesses.some((each) => /^CWE-\d+$/.test(each)) ? [] : ['it names no weakness such as CWE-352']),
    ...(asvs.some((each) => /^\d+\.\d+\.\d+$/.test(each)) ? [] : ['it names no section of OWASP ASVS']),
  ];
}

/** What is wrong with a question, in sentences. */
export function questionProblems(key: string, question: Question): string[] {
  const { kind, message, help } = question;
  const words = message !== '' && help.endsWith('.') ? [] : [`the question ${key} has no help that is a sentence`];
  if (kind !== 'choice' && kind !== 'many') return words;
  const values = question.choices.map(({ value }) => value);
  const suggested = typeof question.default === 'function' ? [] : [question.default].flat();
  const odd = suggested.filter((value) => !values.includes(value));
  return [...words, ...odd.map((value) => `the default ${value} of ${key} is none of its choices`)];
}

const variableTypes = ['text', 'secret', 'number', 'flag', 'items', 'choice', 'folder'];

/** What is wrong with a change of a mitigation. */
export function changeProblems(change: Change, id: string, contract: Contract): string[] {
  return isComplete(change, id, contract)
    ? []
    : [`this change is not complete, or names what is not there: ${JSON.stringify(change)}`];
}

function isComplete(change: Change, id: string, { templates, slots }: Contract): boolean {
  switch (change.kind) {
    case 'file':
      return (
        /^(repository|root|package|tests)\/./.test(change.place) &&
        templates.some((each) => `${id}/${each}` === change.template)
      );
    case 'entry':
      return slots.has(change.slot) && linesOf(change) !== '';
    case 'setting':
      return /^[A-Z][A-Z0-9_]+$/.test(change.key) && isValue(change.value);
    case 'register':
      return /^[a-z_]+$/.test(change.module) && Number.isInteger(change.order);
    case 'package':
      return /^[A-Za-z0-9._-]+$/.test(change.name);
    case 'environment':
      return /^[A-Z][A-Z0-9_]+$/.test(change.name) && change.why !== '' && (!change.secret || change.example === '');
    case 'splice':
      // A new app has nothing to splice.
      return false;
  }
}

function isValue(value: Extract<Change, { kind: 'setting' }>['value']): boolean {
  return typeof value === 'string' ? value !== '' : variableTypes.includes(value.type) && value.variable !== '';
}

function linesOf({ lines }: EntryChange): string {
  return typeof lines === 'string' ? lines : lines.template;
}

function templateProblems(id: string, steps: readonly (Change | ByHand)[], { templates }: Contract): string[] {
  const test = `tests/security/test_${id.replaceAll('-', '_')}.py`;
  const used = steps.flatMap((step) => {
    if (step.kind === 'file') return [step.template];
    return step.kind === 'entry' && typeof step.lines !== 'string' ? [step.lines.template] : [];
  });
  const idle = templates.filter((each) => !used.includes(`${id}/${each}`));
  return [
    ...(templates.includes(test) ? [] : [`it brings no test of the app: ${test}`]),
    ...idle.map((each) => `its template ${each} is written by no answer`),
  ];
}

/** Its plan for the usual answers, and with each of its own answers changed in turn; equal steps once. */
function stepsOf(mitigation: Mitigation, { templates, answers, chosen }: Contract): readonly (Change | ByHand)[] {
  const variants = Object.entries(mitigation.questions).flatMap(([key, question]) =>
    valuesOf(question).map((value) => ({ ...answers, [key]: value })),
  );
  const steps = new Map<string, Change | ByHand>();
  for (const each of [answers, ...variants])
    for (const ids of [chosen, [mitigation.id]]) {
      const context: PlanContext = { answers: each, chosen: new Set(ids), templates };
      for (const step of mitigation.plan(context)) steps.set(JSON.stringify(step), step);
    }
  return [...steps.values()];
}

/** The values that a question can have, short of what a person types. */
export function valuesOf(question: Question): readonly Answer[] {
  if (question.kind === 'confirm') return [true, false];
  if (question.kind === 'text') return [];
  const values = question.choices.map(({ value }) => value);
  return question.kind === 'choice' ? values : [[], values, ...values.map((value) => [value])];
}
