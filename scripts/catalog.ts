import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTemplate } from './templates.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Writes src/generated/: the mitigations found in generators/ and the compiled templates. Also vitest's global setup. */
export default function writeGenerated(): void {
  mkdirSync(join(root, 'src/generated'), { recursive: true });
  writeIfChanged('src/generated/catalog.ts', catalogModule(mitigationFolders()));
  writeIfChanged('src/generated/templates.ts', templatesModule(templateFiles()));
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

function identifier(name: string): string {
  return `${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Mitigation`;
}

/** The helpers of literals are module-level names of the generated file, so that no template has to unpack them. */
function templatesModule(paths: readonly string[]): string {
  const entries = paths.map((path) => `  ${JSON.stringify(path)}: ${compileTemplate(path, read(path))},`);
  return `// @ts-nocheck
import { literals } from '../plan/literals.ts';
import { emptySlot } from '../plan/blank.ts';
import type { Templates } from '../plan/render.ts';

const { py, toml, yaml, nginx, sh, md, html, line, host } = literals;

function printed(template, value) {
  if (value === undefined || value === null) throw new TypeError(\`The template \${template} prints a value that is not there.\`);
  return String(value);
}

function indented(text, indent) {
  if (text === '') return emptySlot;
  const lines = text.split('\\n');
  return lines.map((line) => (line === '' ? '' : indent + line) + '\\n').join('');
}

export const templates: Templates = {
${entries.join('\n')}
};
`;
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
  const bytes = readFileSync(join(root, 'templates', path));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`templates/${path} is not UTF-8 text; templates hold text only.`);
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
