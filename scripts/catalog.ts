import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { slotsIn } from '../src/plan/slots.ts';
import { compileTemplate, helpers, type Literal } from './templates.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Writes src/generated/: the mitigations found in generators/ and the compiled templates. Also vitest's global setup. */
export default function writeGenerated(): void {
  mkdirSync(join(root, 'src/generated'), { recursive: true });
  writeIfChanged('src/generated/catalog.ts', catalogModule(mitigationFolders()));
  writeIfChanged('src/generated/audits.ts', auditsModule(mitigationFolders()));
  writeIfChanged('src/generated/wirings.ts', wiringsModule(['app', ...mitigationFolders()]));
  writeIfChanged('src/generated/migrations.ts', migrationsModule(mitigationFolders()));
  writeIfChanged('src/generated/templates.ts', templatesModule());
  writeIfChanged('src/generated/existing-templates.ts', existingTemplatesModule());
  writeIfChanged('src/generated/pages.ts', pagesModule(mitigationFolders()));
}

/** Names of the folders of generators/ that declare a mitigation, sorted. */
export function mitigationFolders(): string[] {
  return folders('generators').filter((name) => existsSync(join(root, 'generators', name, 'mitigation.ts')));
}

function catalogModule(names: readonly string[]): string {
  const imports = names.map((name) => `import ${identifier(name)} from '../../generators/${name}/mitigation.ts';`);
  return `${[
    `import type { Mitigation } from '../mitigation.ts';`,
    ...imports,
    '',
    '/** The base app: what every project starts from. */',
    `export { default as app } from '../../generators/app/project.ts';`,
    '/** The mitigations by the names of their folders. */',
    `export const mitigations: readonly Mitigation[] = [${names.map(identifier).join(', ')}];`,
  ].join('\n')}\n`;
}

/** How each mitigation is judged, by its id; a new one may not be yet. */
function auditsModule(names: readonly string[]): string {
  const judged = names.filter((name) => existsSync(join(root, 'generators', name, 'audit.ts')));
  const imports = judged.map((name) => `import ${auditName(name)} from '../../generators/${name}/audit.ts';`);
  const entries = judged.map((name) => `  ${JSON.stringify(name)}: ${auditName(name)},`);
  return `${[
    `import type { Audit } from '../mitigation.ts';`,
    ...imports,
    '',
    '/** How each mitigation is judged, by its id. */',
    'export const audits: Readonly<Record<string, Audit>> = {',
    ...entries,
    '};',
  ].join('\n')}\n`;
}

/** What each mitigation changes in code of apps that earlier versions wrote, by its id. */
function migrationsModule(names: readonly string[]): string {
  const own = names.filter((name) => existsSync(join(root, 'generators', name, 'migrations.ts')));
  const nameOf = (name: string): string => identifier(name).replace(/Mitigation$/, 'Migrations');
  return `${[
    `import type { Migration } from '../migration.ts';`,
    ...own.map((name) => `import ${nameOf(name)} from '../../generators/${name}/migrations.ts';`),
    '',
    '/** Steps from one version to the next, by the id of the mitigation. */',
    'export const migrations: Readonly<Record<string, readonly Migration[]>> = {',
    ...own.map((name) => `  ${JSON.stringify(name)}: ${nameOf(name)},`),
    '};',
  ].join('\n')}\n`;
}

function auditName(name: string): string {
  return identifier(name).replace(/Mitigation$/, 'Audit');
}

/** What an app that exists needs besides, by the id of the declaration; not every one has such needs. */
function wiringsModule(names: readonly string[]): string {
  const wired = names.filter((name) => existsSync(join(root, 'generators', name, 'wiring.ts')));
  const wiringName = (name: string): string => identifier(name).replace(/Mitigation$/, 'Wiring');
  return `${[
    `import type { Wiring } from '../mitigation.ts';`,
    ...wired.map((name) => `import ${wiringName(name)} from '../../generators/${name}/wiring.ts';`),
    '',
    '/** What an app that Dewar did not write needs besides, by the id of the declaration. */',
    'export const wirings: Readonly<Record<string, Wiring>> = {',
    ...wired.map((name) => `  ${JSON.stringify(name)}: ${wiringName(name)},`),
    '};',
  ].join('\n')}\n`;
}

/** Sections of each mitigation's page that commands show. */
function pagesModule(names: readonly string[]): string {
  const sectionsOf = (name: string, heading: string): string => {
    const found = names.map((id) => [id, section(read(`generators/${id}/README.md`), heading)]);
    const value = JSON.stringify(Object.fromEntries(found), null, 2);
    return `/** The section "${heading}" of each mitigation's page. */\nexport const ${name}: Readonly<Record<string, string>> = ${value};\n`;
  };
  return `${sectionsOf('changes', 'Changes')}${sectionsOf('checks', 'Check it')}`;
}

function section(page: string, heading: string): string {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  return (text.split('\n## ')[0] ?? '').trim();
}

function identifier(name: string): string {
  return `${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Mitigation`;
}

/** What compiled templates call; the helpers of literals are names of the module, so that none has to unpack them. */
const preamble = `// @ts-nocheck
import { emptySlot } from '../plan/blank.ts';
import { literals } from '../plan/literals.ts';

const { ${helpers.join(', ')} } = literals;

function printed(template, value) {
  if (value === undefined || value === null) throw new TypeError(\`The template \${template} prints a value that is not there.\`);
  return String(value);
}

function indented(text, indent) {
  if (text === '') return emptySlot;
  const lines = text.split('\\n');
  return lines.map((line) => (line === '' ? '' : indent + line) + '\\n').join('');
}
`;

/**
 * The module of all templates and of the table of locks; `head` goes before what `literal` yields.
 */
export function templatesModule(literal: Literal = JSON.stringify, head = ''): string {
  return `${preamble}${head}
export const templates = {
${entriesOf(
  templateFiles().filter((path) => !isExisting(path)),
  literal,
)}
};

export const locks = () => JSON.parse(${literal(lockTable())});

export const slots = () => ${JSON.stringify(slotNames())};
`;
}

/** The places of all templates in which plans put lines. */
function slotNames(): string[] {
  const names = templateFiles().flatMap((path) => slotsIn(read(`templates/${path}`)));
  return [...new Set(names)].sort();
}

/** The templates that only an app gets which Dewar did not write: nothing else loads them. */
function existingTemplatesModule(): string {
  return `${preamble}
export const templates = {
${entriesOf(templateFiles().filter(isExisting), JSON.stringify)}
};
`;
}

function isExisting(path: string): boolean {
  return path.split('/')[1] === 'existing';
}

/** Entries of an object: only a file that is asked for is looked at. */
function entriesOf(paths: readonly string[], literal: Literal): string {
  return paths
    .map((path) => {
      const compiled = compileTemplate(path, read(`templates/${path}`), literal);
      return compiled.startsWith('(')
        ? `${JSON.stringify(path)}: ${compiled},`
        : `get ${JSON.stringify(path)}() { return ${compiled}; },`;
    })
    .join('\n');
}

/** Without its indentation, which is for readers only. */
function lockTable(): string {
  return JSON.stringify(JSON.parse(readFileSync(join(root, 'generators/app/locks.json'), 'utf8')));
}

/** Every file below templates/, by its path there with \`/\`, named as the file that it becomes. */
function templateFiles(): string[] {
  const top = join(root, 'templates');
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(top.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

function read(path: string): string {
  const bytes = readFileSync(join(root, path));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${path} is not UTF-8 text, as templates and pages must be.`);
  }
}

function folders(path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** An unchanged file keeps its time, so that watchers do not run for nothing. */
function writeIfChanged(path: string, text: string): void {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeGenerated();
