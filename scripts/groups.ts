import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** Modules that are loaded lazily, but hardly one without the other: one file instead of many. */
const groups: Readonly<Record<string, readonly string[]>> = {
  start: ['cli/main.ts', 'cli/own-wiring.ts', 'cli/captured.ts', 'cli/io.ts', 'cli/help.ts', 'version.ts'],
  new: [
    'cli/run.ts',
    'cli/run-new.ts',
    'cli/root.ts',
    'cli/packs-wanted.ts',
    'cli/system-error.ts',
    'cli/completion.ts',
    'cli/spinner.ts',
    'cli/definitions.ts',
    'catalog.ts',
    'commands/new.ts',
    'commands/post.ts',
    'plan/recover.ts',
    'plan/repository.ts',
  ],
  fleet: ['cli/run-fleet.ts'],
  interview: ['cli/prompts.ts', 'cli/ask.ts', 'cli/review.ts'],
  explain: ['generated/pages.ts'],
  audits: ['generated/audits.ts'],
  existing: ['generated/wirings.ts', 'generated/existing-templates.ts'],
  packs: ['cli/packs.ts', 'cli/consent.ts', 'packs/compose.ts', 'cli/run-pack.ts', 'commands/pack.ts'],
  change: [
    'cli/run-audit.ts',
    'cli/run-update.ts',
    'cli/run-add.ts',
    'cli/offer.ts',
    'commands/add.ts',
    'commands/addition.ts',
    'commands/install.ts',
    'commands/undo.ts',
    'commands/undo-all.ts',
    'commands/update.ts',
    'commands/foreign-change.ts',
    'commands/foreign-update.ts',
    'commands/aim.ts',
    'commands/check.ts',
    'commands/difference.ts',
    'commands/adopt.ts',
    'update/migrate.ts',
    'generated/migrations.ts',
    'commands/audit.ts',
    'flask/read.ts',
    'python/parser.ts',
  ],
};

/**
 * Groups that are loaded before another one anyway, or that a generator mostly consists of. Saying so keeps what they
 * share in one file: a bundler makes a file of its own for each set of modules that the same entries reach, and Node
 * takes more than half a millisecond to open each.
 */
const before: Readonly<Record<string, readonly string[]>> = {
  new: ['start'],
  interview: ['start', 'new'],
  change: ['start', 'new'],
  packs: ['start', 'new'],
  existing: ['start', 'new'],
  fleet: ['start', 'new'],
  generator: ['start', 'new'],
  testing: ['start', 'new', 'packs'],
  worker: ['start', 'new'],
};

/** Entries that are no generators. */
const entryGroups: Readonly<Record<string, string>> = { 'testing.ts': 'testing', 'fleet-worker.ts': 'worker' };

/** Makes every `import()` of a group's module load the whole group, which offers the names of all of them. */
export const grouped: Plugin = {
  name: 'grouped',
  setup(build) {
    const groupOf = new Map<string, string>();
    for (const [group, members] of Object.entries(groups))
      for (const member of members) groupOf.set(join(source, member), group);
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import' || !resolveDir.startsWith(source)) return undefined;
      const group = groupOf.get(resolve(resolveDir, path));
      if (group === undefined)
        throw new Error(`${path} is imported lazily, but scripts/groups.ts has no group for it.`);
      return { path: group, namespace: 'group' };
    });
    build.onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => ({
      contents: `${loadedBefore(path)}${everything(groups[path] ?? [])}`,
      resolveDir: source,
    }));
    build.onLoad(
      { filter: /[\\/](?:generators[\\/][^\\/]+[\\/]index|src[\\/]testing|cli[\\/]fleet-worker)\.ts$/ },
      ({ path }) => ({
        contents: `${loadedBefore(entryGroups[basename(path)] ?? 'generator')}${readFileSync(path, 'utf8')}`,
        loader: 'ts',
        resolveDir: dirname(path),
      }),
    );
  },
};

function loadedBefore(name: string): string {
  const members = (before[name] ?? []).flatMap((group) => groups[group] ?? []);
  return members.map((member) => `import ${JSON.stringify(join(source, member))};\n`).join('');
}

function everything(members: readonly string[]): string {
  const seen = new Map<string, string>();
  for (const member of members) {
    for (const name of exportsOf(readFileSync(join(source, member), 'utf8'))) {
      const other = seen.get(name);
      // JavaScript would silently offer neither.
      if (other !== undefined)
        throw new Error(`${other} and ${member} both export ${name}; scripts/groups.ts cannot join them.`);
      seen.set(name, member);
    }
  }
  return members.map((member) => `export * from './${member}';`).join('\n');
}

function exportsOf(text: string): string[] {
  const declared = text.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm);
  return [...declared].map(([, name]) => name ?? '');
}
