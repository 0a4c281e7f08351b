import { parentPort } from 'node:worker_threads';
import { version } from '../version.ts';
import { captured } from './captured.ts';
import { ownWiring } from './own-wiring.ts';

const wiring = ownWiring(version);

parentPort?.on('message', async ({ argv, cwd }: { argv: readonly string[]; cwd: string }) => {
  parentPort?.postMessage(await captured(argv, { cwd, wiring }));
});
