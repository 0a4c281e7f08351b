import { presets } from '../../generators/app/presets.ts';
import { catalog } from '../catalog.ts';
import type { Definitions } from './wiring.ts';

/** What both hosts ask and offer: the questions, mitigations and presets that Dewar was built with. */
export const definitions: Definitions = {
  catalog: catalog.mitigations,
  projectQuestions: catalog.app.questions,
  templates: Object.keys(catalog.templates),
  presets,
};
