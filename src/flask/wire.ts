import type { RegisterChange, SettingChange } from '../mitigation.ts';
import { loadPython } from '../python/parser.ts';
import type { AppFacts } from './facts.ts';
import { wireRegisters } from './wire-register.ts';
import { wireSetting } from './wire-setting.ts';
import { wireTests } from './wire-tests.ts';
import { type Wired, workbench } from './workbench.ts';

export interface WireOptions {
  /**
   * Modules of the app's security package that come with the same plan: their `init_app` is called, with the extension
   * as second argument if there is one. `security` is the package itself. Without the module the extension's own
   * `init_app` is called.
   */
  readonly modules?: ReadonlySet<string>;
}

/**
 * Lowers extensions and settings to edits of an app that Dewar did not write. What is there already is left alone, so
 * that a second run gives nothing; what cannot be edited safely comes back as a step by hand.
 */
export async function wire(
  app: AppFacts,
  changes: readonly (RegisterChange | SettingChange)[],
  { modules = new Set() }: WireOptions = {},
): Promise<Wired> {
  const bench = workbench(app, await loadPython());
  if (!app.sites[0]) {
    bench.byHand({ kind: 'by-hand', what: `No Flask app was found below ${app.root}; name its folder.` });
    return bench.finish();
  }
  for (const change of changes) {
    if (change.kind !== 'setting') continue;
    if (change.tier === 'testing') wireTests(bench, change);
    else wireSetting(bench, change);
  }
  // Last: at one place, the settings that an extension reads must stand before it.
  wireRegisters(
    bench,
    changes.filter((change) => change.kind === 'register'),
    modules,
  );
  return bench.finish();
}
