import type { AppFacts } from '../flask/facts.ts';
import type { Audit, Evidence, Finding } from '../mitigation.ts';
import type { Contents } from './contents.ts';
import { fault } from './fault.ts';
import { type DeclaredMitigation, isId, readMitigation } from './manifest.ts';

/** One folder of `mitigations/` as it is declared. */
export interface OwnMitigation {
  readonly id: string;
  /** The file that declares it. */
  readonly file: string;
  readonly declared: DeclaredMitigation;
}

/** Reads the mitigations of a pack that are data, sorted by their ids; those of its code are declared there. */
export function ownMitigations(contents: Contents, inCode: readonly string[]): readonly OwnMitigation[] {
  const paths = [...contents.keys()].filter((path) => path.startsWith('mitigations/'));
  const ids = [...new Set(paths.map((path) => path.split('/')[1] ?? ''))];
  const data = ids.filter((id) => !inCode.includes(id));
  return data.map((id) => {
    const file = `mitigations/${id}/mitigation.yaml`;
    if (!isId(id))
      throw fault({ file, line: 1 }, `${id} is no id of a mitigation: lower-case words with "-" between them`);
    if (!contents.has(file)) throw fault({ file, line: 1 }, 'it is missing');
    return { id, file, declared: readMitigation(contents, file) };
  });
}

/** How a mitigation is judged whose app has an extension of a class: whether it is there, and whether the app gets it. */
export function auditOf(id: string, extension: string): Audit {
  const found = (app: AppFacts) =>
    app.extensions.filter(({ made, role }) => made === extension && role === 'production');
  return {
    applies: () => true,
    *evidence(app): Iterable<Evidence> {
      for (const { initialised } of found(app))
        if (initialised) yield { ...initialised, why: `${extension} is bound to the app.` };
    },
    rules: [
      {
        id: `${id}/not-initialised`,
        severity: 'high',
        weakness: 'CWE-693',
        message: `${extension} is made and never bound to the app.`,
        atMost: 'missing',
        *find(app): Iterable<Finding> {
          for (const { file, line, text, initialised, variable } of found(app))
            if (!initialised)
              yield {
                place: { file, line, text },
                why: `${variable} never gets the app, so it does nothing.`,
                fix: `Call ${variable}.init_app(app) where the app is made.`,
              };
        },
      },
    ],
  };
}
