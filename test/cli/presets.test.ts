import { describe, expect, it } from 'vitest';
import { presets } from '../../generators/app/presets.ts';
import { settle } from '../../src/cli/answers.ts';
import { coerce } from '../../src/cli/coerce.ts';
import { definitions } from '../../src/cli/definitions.ts';
import { questionsOf } from '../../src/cli/flags.ts';

const questions = questionsOf(definitions);
/** The presets name defences that a part of the catalog does not have. */
const isComplete = definitions.catalog.length >= 12;

describe.each(presets.map((preset) => [preset.name, preset] as const))('the preset %s', (_, preset) => {
  it('gives answers that their questions accept', () => {
    for (const { key, question } of questions) {
      const answer = preset.answers[key];
      if (answer !== undefined) expect(coerce(question, answer, key)).toEqual(answer);
    }
  });

  it('settles every question without asking', () => {
    const sources = { given: {}, preset, presetNamed: true, with: [], without: [], directory: 'my-app' };
    const { answers, chosen } = settle(definitions, sources);
    expect(Object.keys(answers)).toEqual(questionsOf(definitions, chosen).map(({ key }) => key));
    expect(chosen.filter((id) => preset.without.includes(id))).toEqual([]);
  });

  it.runIf(isComplete)('names no question and no defence that does not exist', () => {
    expect(Object.keys(preset.answers).filter((key) => !questions.some((one) => one.key === key))).toEqual([]);
    expect(preset.without.filter((id) => !definitions.catalog.some((one) => one.id === id))).toEqual([]);
  });
});
