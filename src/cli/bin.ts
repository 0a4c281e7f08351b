#!/usr/bin/env node
import module from 'node:module';

// Node 20 has no such cache. It must be on before the modules that it is to keep are loaded.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

void start();

// The bundle is CommonJS, which has no await outside of functions.
async function start(): Promise<void> {
  const [{ main }, { systemIo }, { ownWiring }, { version }] = await Promise.all([
    import('./main.ts'),
    import('./io.ts'),
    import('./own-wiring.ts'),
    import('../version.ts'),
  ]);
  process.exitCode = await main(process.argv.slice(2), systemIo(), ownWiring(version));
}
