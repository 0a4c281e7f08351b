import { systemIo } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { fakeWiring } from './fake-wiring.ts';

process.exitCode = await main(process.argv.slice(2), systemIo(), fakeWiring);
