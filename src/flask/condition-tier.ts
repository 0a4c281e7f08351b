import type { Tier } from '../mitigation.ts';
import type { PyCondition } from '../python/model.ts';
import type { Span } from '../source/text.ts';
import type { Module } from './project.ts';

/** The tier of which alone a step speaks, by the conditions around it: `if app.debug:`, `if env == "development":`. */
export function tierAround(module: Module, step: Span): Tier | undefined {
  const around = module.conditions.filter(({ body }) => body.start <= step.start && step.end <= body.end);
  return around.map((each) => tierIn(module, each)).find((each) => each !== undefined);
}

const aboutTier = /(env|environment|tier|stage|mode|config)\b[^=!]*$/i;

function tierIn({ source }: Module, { test }: PyCondition): Tier | undefined {
  const all = source.text.slice(test.start, test.end).split(/\band\b/);
  return all.map(tierOfTest).find((each) => each !== undefined);
}

function tierOfTest(written: string): Tier | undefined {
  if (/\bor\b|\bnot\b/.test(written)) return undefined;
  const [, before = '', operator, name = ''] = /^(.*?)(==|!=)\s*["'](\w+)["']/s.exec(written) ?? [];
  if (operator === '==' && aboutTier.test(before.replace(/["'\])]+\s*$/, ''))) return named(name);
  if (operator === '!=' && /^prod(uction)?$/i.test(name)) return 'development';
  if (/^(\w+\.)?(testing|config(\.get\(|\[)["']TESTING["'][\])])$/.test(written.trim())) return 'testing';
  return /^(\w+\.)?(debug|dev(elopment)?(_mode)?|is_dev\w*|config(\.get\(|\[)["']DEBUG["'][\])])$/.test(written.trim())
    ? 'development'
    : undefined;
}

function named(name: string): Tier | undefined {
  if (/^test(s|ing)?$/i.test(name)) return 'testing';
  return /^(dev|devel|development|local|debug)$/i.test(name) ? 'development' : undefined;
}
