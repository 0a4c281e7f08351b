import { type PyCall, text, type Value } from '../python/model.ts';
import { assignedTo } from './assigned.ts';
import type { Module, Project } from './project.ts';

const libraries = /^(decouple|environs|environ|starlette|envparse|prettyconf|everett|dynaconf)\b/;

/** The variable that a call reads: `environ.get`, `getenv`, libraries, and own functions of modules that read the environment. */
export function variableRead(project: Project, module: Module, call: PyCall): string | undefined {
  const variable = nameOf(project, module, call.args[0]?.value);
  if (variable === undefined) return undefined;
  const target = project.resolve(call.target);
  if (/(^|\.)environ\.(get|pop|setdefault)$|(^|\.)getenvb?$/.test(target)) return variable;
  if (!/^[A-Z][A-Z\d_]*$/.test(variable)) return undefined;
  if (libraries.test(comesFrom(project, module, call))) return variable;
  const home = project.functionOf(call.target)?.module ?? project.classOf(call.target)?.module;
  return home && readsEnvironment(home) ? variable : undefined;
}

function nameOf(project: Project, module: Module, value: Value | undefined): string | undefined {
  if (value?.kind !== 'name') return text(value);
  const [only, ...more] = assignedTo(project, value.target, module);
  return more.length === 0 ? text(only?.value) : undefined;
}

/** What an object of a library comes from: `env = Env()` and then `env.str("X")`. */
function comesFrom(project: Project, module: Module, { target }: PyCall): string {
  const objects = [target.replace(/\.\w+$/, ''), target];
  const made = objects.flatMap((each) => assignedTo(project, each, module)).find(({ value }) => value.kind === 'call');
  return project.resolve(made?.value.kind === 'call' ? made.value.call.target : target);
}

function readsEnvironment({ source }: Module): boolean {
  return /\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b/.test(source.text);
}
