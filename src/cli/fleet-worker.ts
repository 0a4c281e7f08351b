import { parentPort } from 'node:worker_threads';
import { loadPython } from '../python/parser.ts';
import { version } from '../version.ts';
import { captured } from './captured.ts';
import { ownWiring } from './own-wiring.ts';

const wiring = ownWiring(version);

parentPort?.on('message', async ({ argv, cwd }: { argv: readonly string[]; cwd: string }) => {
  // A worker goes through many apps, for which an optimised parser pays.
  await loadPython(Number.POSITIVE_INFINITY);
  parentPort?.postMessage(await captured(argv, { cwd, wiring }));
});
