import { catalog } from '../../src/catalog.ts';
import { definitionsOf } from '../../src/cli/definitions.ts';
import type { Wiring } from '../../src/cli/wiring.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { adoptProject } from '../../src/commands/adopt.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { checkForUpdate } from '../../src/commands/check.ts';
import { differenceOf } from '../../src/commands/difference.ts';
import { newProject } from '../../src/commands/new.ts';
import { packCommand } from '../../src/commands/pack.ts';
import { undoLast } from '../../src/commands/undo.ts';
import { updateProject } from '../../src/commands/update.ts';
import type { Catalog } from '../../src/plan/project.ts';

/** The commands as the entry point wires them, without a build. */
export const realWiring: Wiring = wiringOf(catalog, false);

function wiringOf(of: Catalog, packed: boolean): Wiring {
  return {
    packed,
    version: '1.2.3',
    definitions: () => definitionsOf(of),
    commands: {
      new: (request) => newProject(of, request),
      add: (request) => addMitigations(of, request),
      undo: async (request) => undoLast(request),
      update: async (request) => updateProject(of, request),
      check: (wish) => checkForUpdate(of, wish),
      diff: (request) => differenceOf(of, request),
      adopt: (request) => adoptProject(of, request),
      audit: (request) => auditProject(of, request),
      pack: (request) => packCommand(of, request),
    },
    layered: (lay) => wiringOf(lay(of), true),
  };
}
