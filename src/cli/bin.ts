#!/usr/bin/env node
import module from 'node:module';
import type { Commands } from './wiring.ts';

// Node 20 has no such cache. It must be on before the modules that it is to keep are loaded.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const commands: Commands = {
  new: async (request) => (await import('../commands/new.ts')).newProject(await theCatalog(), request),
  add: async (request) => (await import('../commands/add.ts')).addMitigations(await theCatalog(), request),
  undo: async (request) => (await import('../commands/undo.ts')).undoLast(request),
  update: async (request) => (await import('../commands/update.ts')).updateProject(await theCatalog(), request),
  audit: async (request) => (await import('../commands/audit.ts')).auditProject(await theCatalog(), request),
};

void start();

// The bundle is CommonJS, which has no await outside of functions.
async function start(): Promise<void> {
  const [{ main }, { systemIo }, { version }] = await Promise.all([
    import('./main.ts'),
    import('./io.ts'),
    import('../version.ts'),
  ]);
  process.exitCode = await main(process.argv.slice(2), systemIo(), {
    version,
    definitions: async () => (await import('./definitions.ts')).definitions,
    commands,
  });
}

async function theCatalog() {
  return (await import('../catalog.ts')).catalog;
}
