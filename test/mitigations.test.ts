import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mitigationFolders } from '../scripts/catalog.ts';
import { catalog } from '../src/catalog.ts';
import { definitions } from '../src/cli/definitions.ts';
import { flagName } from '../src/cli/flags.ts';
import { commandTable } from '../src/cli/table.ts';
import { audits } from '../src/generated/audits.ts';
import type { Mitigation } from '../src/mitigation.ts';
import { type Contract, changeProblems, mitigationProblems } from '../src/packs/contract.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { lower } from '../src/plan/lower.ts';
import { root } from './support/imports.ts';
import { plannedBy, templatesUsedBy } from './support/plans.ts';

// The contract: what each folder of generators/ that declares a mitigation promises.

const headings = ['Threat', 'Changes', 'Questions', 'Rules', 'Check it', 'Limits'];
const slots = new Set(catalog.slots());

describe('the catalog', () => {
  it('holds what the folders declare, each under the name of its folder', () => {
    expect(catalog.mitigations.map(({ id }) => id)).toEqual(mitigationFolders());
  });

  it('gives each question a key and a flag of its own', () => {
    const keys = [catalog.app, ...catalog.mitigations].flatMap(({ questions }) => Object.keys(questions));
    expect(keys).toEqual([...new Set(keys)]);
    expect(() => commandTable(definitions)).not.toThrow();
  });

  it('gives each rule an id of its own', () => {
    const ids = Object.values(audits).flatMap(({ rules }) => rules.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe.each(catalog.mitigations)('the mitigation $id', (mitigation) => {
  const { id } = mitigation;
  const page = (): string =>
    existsSync(join(root, `generators/${id}/README.md`)) ? read(`generators/${id}/README.md`) : '';

  it('is a generator under Yeoman', () => {
    expect(read(`generators/${id}/index.ts`)).toContain(`export default generatorFor('${id}');`);
  });

  it('has a page with the fixed headings', () => {
    expect(page()).toMatch(new RegExp(`^# ${id}: .+\n`));
    expect([...page().matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(headings);
  });

  it('names on its page every threat, weakness, section of ASVS, question and rule, and no other rule', () => {
    const { threats, weaknesses, asvs, questions } = mitigation;
    const rules = audits[id]?.rules ?? [];
    const severe = threats.map(({ severity }) => severity);
    expect([...page().matchAll(/^- \*\*.+\((high|medium|low)\)\.\*\*/gm)].map(([, severity]) => severity)).toEqual(
      severe,
    );
    const words = [...weaknesses, ...asvs, ...Object.keys(questions).map((key) => `\`--${flagName(key)}\``)];
    expect(words.filter((word) => !page().includes(word))).toEqual([]);
    const told = [...page().matchAll(/^\| `([\w-]+\/[\w-]+)` \| (\w+) \| (.+) \|$/gm)].map((row) => row.slice(1));
    expect(told).toEqual(rules.map((rule) => [rule.id, rule.severity, rule.message]));
  });

  it('keeps what is asked of mitigations of packs, too', () => {
    expect(mitigationProblems(mitigation, contractOf(id))).toEqual([]);
  });

  it('has rules that name their fault in one sentence', () => {
    const odd = (audits[id]?.rules ?? []).filter(
      (rule) => !rule.id.startsWith(`${id}/`) || !/^[A-Z].+\.$/.test(rule.message),
    );
    expect(odd.map((rule) => rule.id)).toEqual([]);
  });

  it('comes with a test of the app', () => {
    expect(existsSync(join(root, `templates/${id}/tests/security/test_${id.replaceAll('-', '_')}.py`))).toBe(true);
  });

  it('can render each of its templates', async () => {
    const own = filesBelow(`templates/${id}`).map((file) => file.replace(/^templates\//, ''));
    const used = await templatesUsedBy(id);
    expect(own.filter((file) => !used.includes(file))).toEqual([]);
  });

  it('plans changes that are complete', () => {
    const contract = contractOf(id);
    const problems = plannedBy(id).flatMap((step) =>
      step.kind === 'by-hand' ? [] : changeProblems(step, id, contract),
    );
    expect(problems).toEqual([]);
  });

  it('fills slots that templates have', () => {
    expect(slotsOf(mitigation).filter((slot) => !slots.has(slot))).toEqual([]);
  });
});

describe('the templates', () => {
  /** More than 15 % control lines, each with its reason; one block is never too much. */
  const exceptions: Readonly<Record<string, string>> = {
    'templates/app/root/README.md': 'whole chapters come and go with the answers',
    'templates/ci/root/.github/workflows/ci.yml': 'steps come and go with the dependency tool and the place of the app',
    'templates/server/root/compose.yaml': 'whole services come and go with the store and the proxy',
    'templates/server/root/deploy/healthcheck.py': 'asks over a socket or over TCP, as the proxy is',
    'templates/server/root/docs/deployment.md': 'whole chapters come and go with the answers',
  };

  it('stay readable: at most 15 % of the lines of each are control lines', () => {
    const heavy = filesBelow('templates').filter((file) => isHeavy(read(file)));
    expect(heavy.filter((file) => !(file in exceptions))).toEqual([]);
  });
});

function contractOf(id: string): Contract {
  const own = Object.keys(catalog.templates).filter((path) => path.startsWith(`${id}/`));
  const templates = own.map((path) => path.slice(id.length + 1));
  const answers = completeAnswers(catalog, mitigationFolders(), { directory: 'acme-portal' });
  return { templates, slots, answers, chosen: mitigationFolders() };
}

/** The slots that its changes come to, in an app with tiers and in one without. */
function slotsOf({ id }: Mitigation): string[] {
  const contributions = plannedBy(id).flatMap((change) => (change.kind === 'by-hand' ? [] : [{ from: id, change }]));
  const names = [true, false].flatMap((tiered) => lower(contributions, tiered).entries.map(({ slot }) => slot));
  return [...new Set(names)].sort();
}

function isHeavy(text: string): boolean {
  const lines = text.split('\n');
  const control = lines.filter((line) => /^\s*<%(?![-=%])/.test(line)).length;
  return control > Math.max(4, lines.length * 0.15);
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(root.length + 1).replaceAll('\\', '/')).sort();
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
