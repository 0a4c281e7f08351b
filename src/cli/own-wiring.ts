import type { Catalog } from '../plan/project.ts';
import type { Wiring } from './wiring.ts';

/** The real parts of the command line, each loaded when it is first needed. */
export function ownWiring(version: string): Wiring {
  return wiringOf(version, ownCatalog, false);
}

function wiringOf(version: string, theCatalog: () => Promise<Catalog>, packed: boolean): Wiring {
  return {
    version,
    packed,
    definitions: async () => (await import('./definitions.ts')).definitionsOf(await theCatalog()),
    commands: {
      new: async (request) => (await import('../commands/new.ts')).newProject(await theCatalog(), request),
      add: async (request) => (await import('../commands/add.ts')).addMitigations(await theCatalog(), request),
      undo: async (request) =>
        request.all
          ? (await import('../commands/undo-all.ts')).undoAll(await theCatalog(), request)
          : (await import('../commands/undo.ts')).undoLast(request),
      update: async (request) => (await import('../commands/update.ts')).updateProject(await theCatalog(), request),
      check: async (wish) => (await import('../commands/check.ts')).checkForUpdate(await theCatalog(), wish),
      diff: async (request) => (await import('../commands/difference.ts')).differenceOf(await theCatalog(), request),
      adopt: async (request) => (await import('../commands/adopt.ts')).adoptProject(await theCatalog(), request),
      audit: async (request) => (await import('../commands/audit.ts')).auditProject(await theCatalog(), request),
      pack: async (request) => (await import('../commands/pack.ts')).packCommand(await theCatalog(), request),
    },
    alone: async (argv, cwd) => (await import('./captured.ts')).captured(argv, { cwd, wiring: ownWiring(version) }),
    layered: (lay) => {
      let result: Promise<Catalog> | undefined;
      const once = () => {
        result ??= theCatalog().then(lay);
        return result;
      };
      return wiringOf(version, once, true);
    },
  };
}

async function ownCatalog(): Promise<Catalog> {
  return (await import('../catalog.ts')).catalog;
}
