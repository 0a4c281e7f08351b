import { ownWiring } from '../../src/cli/own-wiring.ts';
import type { Wiring } from '../../src/cli/wiring.ts';

/** The commands as the entry point wires them, without a build. */
export const realWiring: Wiring = ownWiring('1.2.3');
