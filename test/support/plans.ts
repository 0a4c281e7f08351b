import { presets } from '../../generators/app/presets.ts';
import { catalog } from '../../src/catalog.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { readApp } from '../../src/flask/read.ts';
import type { Answer, Answers, ByHand, Change, Question } from '../../src/mitigation.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { collect } from '../../src/plan/collect.ts';
import { order } from '../../src/plan/order.ts';
import { tree } from './tree.ts';

/** Every step that a declaration plans for a new app, for some answers and some choice of mitigations; equal ones once. */
export function plannedBy(id: string): readonly (Change | ByHand)[] {
  const steps = new Map<string, Change | ByHand>();
  for (const chosen of choices(id))
    for (const answers of everyAnswer())
      for (const step of planOf(id, chosen, answers)) steps.set(JSON.stringify(step), step);
  return [...steps.values()];
}

/** An app that has use for every defence. */
const appText = `import os
from flask import Flask, redirect, request, send_file, session
from markupsafe import Markup

app = Flask(__name__)
app.secret_key = "k"


@app.post("/")
def index():
    session["a"] = Markup(request.args["a"])
    return redirect(request.args["next"])


@app.get("/<name>")
def file(name):
    return send_file(os.path.join("files", name))
`;
/** Sessions and a key of its own: what is there is completed by other templates. */
const equipped = `${appText}from flask_session import Session\n\napp.config["JWT_SECRET_KEY"] = "own"\nSession(app)\n`;

/** Paths of all templates that a declaration may render, in a new app and in those that are there. */
export async function templatesUsedBy(id: string): Promise<string[]> {
  const apps = await Promise.all([appText, equipped].map((text) => readApp(tree({ 'app.py': text }))));
  const used = await Promise.all(apps.map((app) => templatesIn(app, id)));
  return [...new Set(used.flat())].sort();
}

async function templatesIn(app: AppFacts, id: string): Promise<string[]> {
  const { wirings, templates } = await catalog.existing();
  const there = [...choices(id)].flatMap((chosen) =>
    everyAnswer().flatMap((answers) => {
      const context = { answers: completeAnswers(catalog, chosen, answers), chosen: new Set(chosen), app };
      const own = [...Object.keys(catalog.templates), ...Object.keys(templates)].flatMap((name) =>
        name.startsWith(`${id}/`) ? [name.slice(id.length + 1)] : [],
      );
      const plan = id === 'app' ? catalog.app.plan : catalog.mitigations.find((each) => each.id === id)?.plan;
      const given = { ...context, templates: own };
      return [...(plan?.(given) ?? []), ...(wirings[id]?.(given) ?? [])];
    }),
  );
  return [...plannedBy(id), ...there].flatMap((step) => {
    if (step.kind === 'file') return [step.template];
    return step.kind === 'entry' && typeof step.lines !== 'string' ? [step.lines.template] : [];
  });
}

const everything = catalog.mitigations.map(({ id }) => id);

/** A plan may look at what else is chosen. */
function choices(id: string): readonly (readonly string[])[] {
  return [everything, id === 'app' ? [] : [id]];
}

function planOf(id: string, chosen: readonly string[], answers: Answers): Iterable<Change | ByHand> {
  const contributors = [catalog.app, ...order(catalog.mitigations, chosen)].filter((each) => each.id === id);
  const { contributions, byHand } = collect({
    contributors,
    answers: completeAnswers(catalog, chosen, answers),
    templates: Object.keys(catalog.templates),
  });
  return [...contributions.map(({ change }) => change), ...byHand];
}

/** Every combination of the answers that are chosen and not typed; the Python version makes no file come or go. */
function everyAnswer(): readonly Answers[] {
  const questions = [catalog.app, ...catalog.mitigations].flatMap((each) => Object.entries(each.questions));
  const chosen = questions.filter(([key, { kind }]) => kind !== 'text' && key !== 'python');
  const grown = chosen.reduce<readonly Answers[]>(
    (rows, [key, question]) => rows.flatMap((row) => valuesOf(question).map((value) => ({ ...row, [key]: value }))),
    [{ name: 'Acme', directory: 'acme' }],
  );
  return [...grown, ...presets.map(({ answers }) => ({ name: 'Acme', directory: 'acme', ...(answers as Answers) }))];
}

function valuesOf(question: Question): readonly Answer[] {
  if (question.kind === 'confirm') return [true, false];
  if (question.kind === 'text') return [];
  const values = question.choices.map(({ value }) => value);
  if (question.kind === 'choice') return values;
  return values.reduce<readonly string[][]>((sets, value) => sets.flatMap((set) => [set, [...set, value]]), [[]]);
}
