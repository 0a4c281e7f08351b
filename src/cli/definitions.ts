import { presets } from '../../generators/app/presets.ts';
import { catalog } from '../catalog.ts';
import type { Catalog } from '../plan/project.ts';
import type { Definitions } from './wiring.ts';

/** What both hosts ask and offer: the questions, mitigations and presets that Dewar was built with. */
export const definitions: Definitions = definitionsOf(catalog);

/** What is asked and offered with packs over the catalog, or without. */
export function definitionsOf({ app, mitigations, templates, packs = [] }: Catalog): Definitions {
  return {
    catalog: mitigations,
    projectQuestions: app.questions,
    templates: Object.keys(templates),
    presets: [...presets, ...packs.flatMap((pack) => pack.presets)],
    ...(packs.length > 0 && { packs }),
  };
}
