import type { AddResult } from '../commands/result.ts';
import type { EnvironmentChange } from '../mitigation.ts';
import type { Paint } from './paint.ts';

/** What a summary of `add` says besides files and notes: what may be set, what is exempt, what is withheld. */
export function addedLines({ environment, exempted, withheld }: AddResult, paint: Paint): string[] {
  return [
    ...listed(
      paint('bold', 'Also read from the environment:'),
      environment.filter(({ secret }) => !secret).map(variable),
    ),
    ...listed(
      paint('bold', 'Not asked for a token, since they are called by machines:'),
      exempted.map(({ pattern, why }) => `${pattern}: ${why}`),
    ),
    ...(withheld.length === 0
      ? []
      : [
          `${paint('bold', 'Withheld')} until the steps by hand are done: ${withheld.join(', ')}. Then run this again.`,
        ]),
  ];
}

/** The states before and after, for the rows that changed or were asked for. */
export function standingLines({ audit: { before, after }, ids }: AddResult, paint: Paint): string[] {
  if (!after) return [];
  const rows = Object.keys(before).filter((id) => ids.includes(id) || before[id] !== after[id]);
  const width = Math.max(0, ...rows.map((id) => id.length));
  const colour = (state = ''): string => (state === 'implemented' ? paint('green', state) : paint('yellow', state));
  const line = (id: string): string => {
    const change = before[id] === after[id] ? colour(after[id]) : `${before[id]}, now ${colour(after[id])}`;
    return `${id.padEnd(width)}  ${change}`;
  };
  return listed(paint('bold', 'The audit:'), rows.map(line));
}

/** The same as data, with the places of the steps by hand flat, for a script that installs and starts the app. */
export function addedData(result: AddResult): Readonly<Record<string, unknown>> {
  const { ids, added, withheld, packages, installation, environment, exempted, audit, byHand } = result;
  return {
    ids,
    added,
    withheld,
    packages,
    install: installation?.commands ?? [],
    environment: environment.map(({ kind: _, ...own }) => own),
    exempted,
    byHand: byHand.map(({ kind: _, place, ...own }) => ({
      ...own,
      ...(place && { file: place.file, line: place.line }),
    })),
    audit,
  };
}

function variable({ name, example, why }: EnvironmentChange): string {
  return `${name}${example === '' ? '' : `=${example}`}  ${why}`;
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
