/** One step of an image: its word in upper case, and the rest of the line. */
export interface Step {
  readonly word: string;
  readonly rest: string;
}

/** One `FROM ... AS name` with what follows. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly steps: readonly Step[];
}

/** The stages of a Dockerfile, in order. */
export function stagesOf(text: string): Stage[] {
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '');
  const stages: { name: string; from: string; steps: Step[] }[] = [];
  for (const line of joined.split('\n').filter((each) => each.trim() !== '')) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    const [, from = '', name = ''] = word === 'FROM' ? (/^(\S+) AS (\S+)$/.exec(rest) ?? []) : [];
    if (word === 'FROM') stages.push({ name, from, steps: [] });
    else stages.at(-1)?.steps.push({ word, rest });
  }
  return stages;
}

/** The value of the last step with this word. */
export function last(stage: Stage, word: string): string | undefined {
  return stage.steps.findLast((step) => step.word === word)?.rest;
}

/** What `ENV` adds to an environment. */
export function withEnv(env: Readonly<Record<string, string>>, rest: string): Record<string, string> {
  const changed = { ...env };
  for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g))
    changed[name] = value.replace(/\$(\w+)/g, (_, other: string) => changed[other] ?? '');
  return changed;
}
