import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '../../src/catalog.ts';
import { newProject, planNew } from '../../src/commands/new.ts';
import type { Answers } from '../../src/mitigation.ts';
import { completeAnswers } from '../../src/plan/answers.ts';

/** The name under which production answers. */
export const domain = 'portal.example.com';

/** A message as the form of the start page takes it. */
export const message = { name: 'Ann', email: 'ann@example.com', message: 'A message that is long enough.' };

const chosen = catalog.mitigations.map(({ id }) => id);
const answers = completeAnswers(catalog, chosen, { name: 'Acme Portal', domain });

/** Writes the app of the default answers, or of others, as `app/` into a folder of its own; gives that folder. */
export async function makeDefaultApp(others: Answers = {}): Promise<string> {
  const top = mkdtempSync(join(tmpdir(), 'dewar-app-'));
  const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
  const all = completeAnswers(catalog, chosen, { name: 'Acme Portal', domain, ...others });
  await newProject(catalog, { target: join(top, 'app'), answers: all, chosen, ...options });
  return top;
}

/** A file of that app, without writing it. */
export function fileOfDefaultApp(path: string): string {
  const write = planNew(catalog, { answers, chosen }).find((each) => each.path === path);
  if (!write) throw new Error(`The app of the default answers has no ${path}.`);
  return String(write.content);
}
