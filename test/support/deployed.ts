import { mkdirSync } from 'node:fs';
import { catalog } from '../../src/catalog.ts';
import { planNew } from '../../src/commands/new.ts';
import type { Answers } from '../../src/mitigation.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { lay } from './snapshot.ts';

/** The name under which production answers. */
export const domain = 'portal.example.com';

/** Writes an app with some answers, and every mitigation unless told otherwise; gives its folder. */
export function makeApp(folder: string, given: Answers, without: readonly string[] = []): string {
  const chosen = catalog.mitigations.map(({ id }) => id).filter((id) => !without.includes(id));
  const answers = completeAnswers(catalog, chosen, { name: 'Acme Portal', domain, ...given });
  const writes = planNew(catalog, { answers, chosen }).filter(({ path }) => !path.startsWith('.dewar/'));
  mkdirSync(folder, { recursive: true });
  lay(folder, Object.fromEntries(writes.map(({ path, content }) => [path, String(content)])));
  return folder;
}
