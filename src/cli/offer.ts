import type { AddResult } from '../commands/result.ts';
import { lacking, type Standing } from '../commands/standing.ts';
import type { Answers, Choice, Mitigation } from '../mitigation.ts';
import type { Sources } from './answers.ts';
import { close } from './choose.ts';
import type { Definitions } from './wiring.ts';

/** What an app lacks, as the choices of a question. */
export function offered(catalog: readonly Mitigation[], before: Standing): readonly Choice[] {
  const missing = lacking(Object.entries(before).map(([id, state]) => ({ id, state })));
  return catalog
    .filter(({ id }) => missing.includes(id))
    .map(({ id, title }) => ({ value: id, label: `${id} (${before[id]}): ${title}` }));
}

/** The questions of the mitigations to be added, with what earlier runs and this command line answer already. */
export function questionsLeft(
  definitions: Definitions,
  { ids, answers, recorded }: Pick<AddResult, 'ids' | 'answers' | 'recorded'>,
  given: Answers,
): { readonly narrowed: Definitions; readonly sources: Sources } {
  const chosen = close(definitions.catalog, ids);
  const catalog = definitions.catalog.filter(({ id }) => chosen.includes(id));
  const preset = { name: '', summary: '', answers, without: [] };
  return {
    narrowed: { catalog, projectQuestions: {}, presets: [preset] },
    sources: {
      given: { ...recorded, ...given },
      preset,
      presetNamed: false,
      with: chosen,
      without: [],
      directory: '',
    },
  };
}
