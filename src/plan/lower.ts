import { requirementOf } from '../changes.ts';
import type {
  EntryChange,
  EnvironmentChange,
  FileChange,
  PackageChange,
  RegisterChange,
  SettingChange,
  Tier,
} from '../mitigation.ts';
import type { Contribution } from './collect.ts';

/** An entry together with the declaration it comes from. */
export interface Entry extends EntryChange {
  readonly from: string;
}

/** What is rendered: whole files, and the entries of the slots in them. */
export interface Lowered {
  readonly files: readonly (FileChange & { readonly from: string })[];
  readonly entries: readonly Entry[];
}

/**
 * Turns settings, extensions, packages and environment variables into entries of the slots that the files of a
 * Dewar app have. `tiered` says whether the app has settings for each tier or the production ones only.
 */
export function lower(contributions: readonly Contribution[], tiered: boolean): Lowered {
  const files: (FileChange & { from: string })[] = [];
  const entries: Entry[] = [];
  const settings = new Map<string, Entry>();
  for (const { from, change } of contributions) {
    switch (change.kind) {
      case 'file':
        files.push({ ...change, from });
        break;
      case 'entry':
        entries.push({ ...change, from });
        break;
      case 'setting':
        for (const entry of setting(change, tiered)) settings.set(`${entry.slot} ${change.key}`, { ...entry, from });
        break;
      case 'register':
        entries.push(...register(change).map((entry) => ({ ...entry, from })));
        break;
      case 'package':
        entries.push({ ...packaged(change), from });
        break;
      case 'environment':
        entries.push({ ...environment(change), from });
        break;
      case 'splice':
        throw new TypeError(`${from} plans a splice of ${change.file} in an app that Dewar writes whole.`);
    }
  }
  return { files, entries: [...entries, ...settings.values()] };
}

/** Without tiers the production value is the value; a value for development has no place then. */
function setting(change: SettingChange, tiered: boolean): EntryChange[] {
  const untiered: Partial<Record<Tier, Tier>> = { production: 'base', base: 'base', testing: 'testing' };
  const tier = tiered ? change.tier : untiered[change.tier];
  if (tier === undefined) return [];
  const line = `${change.key} = ${expression(change.value)}`;
  return [{ kind: 'entry', slot: `settings.${tier}`, lines: withReason(line, change.why) }];
}

function expression(value: SettingChange['value']): string {
  if (typeof value === 'string') return value;
  return `env.${value.type}("${value.variable}"${value.arguments ? `, ${value.arguments}` : ''})`;
}

function register(change: RegisterChange): EntryChange[] {
  const { instance, module, order } = change;
  const call = instance ? `${module}.init_app(app, extensions.${instance.as})` : `${module}.init_app(app)`;
  const entries: EntryChange[] = [
    { kind: 'entry', slot: 'security.imports', lines: `from . import ${module}` },
    { kind: 'entry', slot: 'security.init', lines: withReason(call, change.why), order },
  ];
  if (!instance) return entries;
  return [
    ...entries,
    { kind: 'entry', slot: 'security.imports', lines: 'from .. import extensions' },
    { kind: 'entry', slot: 'extensions.imports', lines: `from ${instance.module} import ${instance.name}` },
    { kind: 'entry', slot: 'extensions.instances', lines: `${instance.as} = ${instance.name}()`, order },
  ];
}

function packaged(change: PackageChange): EntryChange {
  const slots = { runtime: 'project.dependencies', production: 'project.production', development: 'project.dev' };
  const line = `"${requirementOf(change)}",`;
  return { kind: 'entry', slot: slots[change.group], lines: change.why ? `${comment(change.why)}\n${line}` : line };
}

function environment(change: EnvironmentChange): EntryChange {
  const assignment = `${change.name}=${change.secret ? '' : change.example}`;
  return { kind: 'entry', slot: 'env.example', lines: `${comment(change.why)}\n${assignment}` };
}

/** The reason beside the line where both fit the app's 100 columns under a class, else above it. */
function withReason(line: string, why: string): string {
  if (why === '') return line;
  const beside = `${line}  # ${why}`;
  return beside.includes('\n') || beside.length > 96 ? `${comment(why)}\n${line}` : beside;
}

function comment(why: string): string {
  return why
    .split('\n')
    .map((text) => `# ${text}`)
    .join('\n');
}
