import { catalog } from '../../src/catalog.ts';
import { definitions } from '../../src/cli/definitions.ts';
import type { Wiring } from '../../src/cli/wiring.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { newProject } from '../../src/commands/new.ts';
import { undoLast } from '../../src/commands/undo.ts';
import { updateProject } from '../../src/commands/update.ts';

/** The commands as the entry point wires them, without a build. */
export const realWiring: Wiring = {
  version: '1.2.3',
  definitions: () => definitions,
  commands: {
    new: (request) => newProject(catalog, request),
    add: (request) => addMitigations(catalog, request),
    undo: async (request) => undoLast(request),
    update: async (request) => updateProject(catalog, request),
    audit: (request) => auditProject(catalog, request),
  },
};
