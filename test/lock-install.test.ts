import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { presets } from '../generators/app/presets.ts';
import { catalog } from '../src/catalog.ts';
import type { Answers, PackageGroup } from '../src/mitigation.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { collect } from '../src/plan/collect.ts';
import { lockedGroups } from '../src/plan/lock.ts';
import { order } from '../src/plan/order.ts';
import { lockedEnvironment } from './support/locked.ts';
import { run } from './support/python.ts';

const all = catalog.mitigations.map(({ id }) => id);
const minimal = presets.filter(({ name }) => name === 'minimal');
const windows = process.platform === 'win32';

interface Combination {
  readonly title: string;
  readonly chosen: readonly string[];
  readonly answers: Answers;
  readonly groups: readonly PackageGroup[];
}

const combinations: readonly Combination[] = [
  { title: 'everything, with the tools', chosen: all, answers: {}, groups: ['runtime', 'production', 'development'] },
  {
    title: 'the fewest files',
    chosen: all.filter((id) => !minimal.some(({ without }) => without.includes(id))),
    answers: minimal[0]?.answers ?? {},
    groups: ['runtime', 'development'],
  },
  { title: 'sessions in a database', chosen: all, answers: { store: 'database' }, groups: ['runtime', 'production'] },
  { title: 'the bare app', chosen: [], answers: { examples: false }, groups: ['runtime'] },
];

describe('pip installs with hashes', () => {
  it.each(combinations)('$title', { timeout: 300_000 }, (combination) => {
    const text = lock(combination);
    const python = join(lockedEnvironment(text), windows ? 'python.exe' : 'python');
    expect(run(python, ['-m', 'pip', 'check'])).toContain('No broken requirements');
    expect(foreign(python, text)).toEqual([]);
  });
});

function lock({ chosen, answers: given, groups }: Combination): string {
  const answers = completeAnswers(catalog, chosen, given);
  const contributors = [catalog.app, ...order(catalog.mitigations, chosen)];
  const { contributions } = collect({ contributors, answers, templates: [] });
  return `${lockedGroups(catalog.locks(), { contributions, groups, tool: 'pip' })}\n`;
}

/** What is installed at another version than the file's, or without being in it. */
function foreign(python: string, text: string): string[] {
  const installed: { name: string; version: string }[] = JSON.parse(
    run(python, ['-m', 'pip', 'list', '--format=json']),
  );
  const found = installed.map(({ name, version }) => `${name.toLowerCase().replace(/[-_.]+/g, '-')}==${version}`);
  return found.filter((pin) => !/^(?:pip|setuptools|wheel)==/.test(pin) && !text.includes(`\n${pin} `));
}
