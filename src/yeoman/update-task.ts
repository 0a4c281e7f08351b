import { packing } from '../cli/common-flags.ts';
import { planUpdateOf, recordAt } from '../commands/update.ts';
import { laidOver } from './packs.ts';
import type { Task } from './task.ts';
import { told } from './told.ts';

/** The app in the current folder, brought up to this version. */
export const updateTask: Task = {
  description: 'Brings an app up to this version of Dewar.',
  flags: packing,
  inApp: true,
  ask: async (asker, root) => {
    const { catalog } = await laidOver(asker, { name: 'update', root });
    return { plan: async () => told(asker, await planUpdateOf(catalog, recordAt(root), { root })) };
  },
};
