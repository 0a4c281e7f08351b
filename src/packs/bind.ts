import type { Answers, Change, FileChange, LogicalPlace, PlanContext, Question, Questions } from '../mitigation.ts';
import { nearest } from '../nearest.ts';
import { projectOf } from '../plan/project.ts';
import type { Locals } from '../plan/render.ts';
import type { DeclaredChange, DeclaredFile } from './changes.ts';
import { fault } from './fault.ts';
import type { Names } from './language/check.ts';
import { readCondition, readTemplate } from './language/template.ts';
import type { Declared } from './questions.ts';
import type { Readable } from './readable.ts';

/** What a pack, or one mitigation of it, declares of its plan. */
export interface Plannable {
  readonly files?: readonly DeclaredFile[] | undefined;
  readonly changes?: readonly DeclaredChange[] | undefined;
}

type Plan = (context: PlanContext) => Iterable<Change>;

/** Questions whose conditions are bound to the names of all answers. */
export function boundQuestions(declared: Readonly<Record<string, Declared>>, names: Names): Questions {
  return Object.fromEntries(Object.entries(declared).map(([key, one]) => [key, boundQuestion(one, names)]));
}

function boundQuestion({ question, when }: Declared, names: Names): Question {
  if (!when) return question;
  const holds = conditionOf(when, names);
  return { ...question, when: (answers) => holds(knownFrom(answers, [])) };
}

/** The plan of a declaration that is data: one file for each of its templates, and its changes. */
export function boundPlan(id: string, { files = [], changes = [] }: Plannable, bound: Bound): Plan {
  const { names, templates } = bound;
  const conditions = new Map(files.map((file) => [pathOf(file, templates), conditionOf(file.when, names)]));
  const steps = changes.map((declared) => boundChange(id, declared, bound));
  return function* plan(context) {
    const known = knownFrom(context.answers, [...context.chosen]);
    for (const place of context.templates)
      if (isWanted(place, context, conditions.get(place)?.(known))) yield fileAt(id, place);
    for (const step of steps) yield* step(known);
  };
}

/** What a plan is bound to. */
export interface Bound {
  readonly names: Names;
  /** The declaration's own templates, as paths below its id. */
  readonly templates: readonly string[];
}

/** As in the overlays of Dewar's own mitigations, an app that Dewar did not write gets the security package only. */
function isWanted(place: string, { app }: PlanContext, holds = true): boolean {
  return holds && !place.startsWith('slots/') && (!app || place.startsWith('package/security/'));
}

function fileAt(id: string, place: string): FileChange {
  return { kind: 'file', place: place as LogicalPlace, template: `${id}/${place}` };
}

function pathOf({ path, when }: DeclaredFile, templates: readonly string[]): string {
  if (templates.includes(path)) return path;
  throw fault(when.spot, `there is no template ${path}; there are ${templates.join(', ') || 'none'}`);
}

function boundChange(id: string, declared: DeclaredChange, { names, templates }: Bound): (known: Locals) => Change[] {
  const { filled, when } = declared;
  refuseUnknownSlot(declared, names);
  const holds = when ? conditionOf(when, names) : () => true;
  const change = withTemplate(id, declared, templates);
  if (!filled) return (known) => (holds(known) ? [change] : []);
  const text = readTemplate(filled.text.spot, filled.text.source, names);
  const write = typeof text === 'string' ? () => text : text;
  return (known) => (holds(known) ? [{ ...change, [filled.field]: write(known).replace(/\n$/, '') } as Change] : []);
}

function refuseUnknownSlot({ change, spot }: DeclaredChange, { slots }: Names): void {
  if (change.kind !== 'entry' || slots.has(change.slot)) return;
  const near = nearest(change.slot, [...slots]);
  throw fault(spot, `there is no slot ${change.slot}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** A template of a slot lies below `slots/` of the declaration's own templates. */
function withTemplate(id: string, { change, spot }: DeclaredChange, templates: readonly string[]): Change {
  if (change.kind !== 'entry' || typeof change.lines === 'string') return change;
  const { template } = change.lines;
  if (!templates.includes(template) || !template.startsWith('slots/'))
    throw fault(spot, `there is no template ${template}; put it below slots/ of the templates of ${id}`);
  return { ...change, lines: { template: `${id}/${template}` } };
}

function conditionOf({ source, spot }: Readable, names: Names): (known: Locals) => boolean {
  const holds = readCondition(spot, source, names);
  return (known) => holds({ ...known, items: new Map() });
}

function knownFrom(answers: Answers, chosen: readonly string[]): Locals {
  const has = Object.fromEntries(chosen.map((id) => [id, true]));
  return { answers, project: projectOf(answers), has, slot: () => '', lock: () => '' };
}
