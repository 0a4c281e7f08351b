import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { makeDefaultApp } from '../test/support/default-app.ts';
import { lockedEnvironment } from '../test/support/locked.ts';
import { type Host, startRedis } from '../test/support/site.ts';
import { type Figures, load, missingPrograms, type Target } from './bench-app/load.ts';
import { startAll } from './bench-app/servers.ts';
import { broken, table } from './bench-app/table.ts';
import { variants } from './bench-app/variants.ts';

// What the defences of the generated app cost a request, as ratios to a bare Flask app with the same page, the same
// Gunicorn settings and no access log, in the same run. Usage: npm run bench:app [ROUNDS [SECONDS]]

/** The best of all rounds of each variant, the rounds interleaved: a busy moment of the machine hits all of them alike. */
function measureAll(targets: ReadonlyMap<string, Target>, rounds: number, seconds: number): Map<string, Figures> {
  const best = new Map<string, Figures>();
  // The first round only warms caches and connections up.
  for (let round = 0; round <= rounds; round++) {
    process.stderr.write(`\rround ${round} of ${rounds}`);
    for (const [title, target] of targets) {
      const now = load(target, round === 0 ? 1 : seconds);
      const { rate, cpu } = best.get(title) ?? { rate: 0, cpu: Number.POSITIVE_INFINITY };
      if (round > 0) best.set(title, { rate: Math.max(rate, now.rate), cpu: Math.min(cpu, now.cpu) });
    }
  }
  process.stderr.write('\r\x1b[K');
  return best;
}

async function main(): Promise<void> {
  const missing = missingPrograms();
  if (missing.length > 0) throw new Error(`The bench needs ${missing.join(' and ')}: install it with the system.`);
  const [rounds = 10, seconds = 2] = process.argv.slice(2).map((given) => Math.max(1, Math.round(Number(given))));
  const top = await makeDefaultApp();
  const app = join(top, 'app');
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  const host: Host = { app, slug: 'acme-portal', programs, folder: join(top, 'host') };
  mkdirSync(host.folder);
  const stops: (() => Promise<void>)[] = [];
  try {
    const redis = await startRedis(host);
    stops.push(redis.server.stop);
    const servers = await startAll(host, redis.url);
    stops.push(servers.stop);
    const best = measureAll(servers.targets, rounds, seconds);
    const machine = `${cpus().length} processors (${cpus()[0]?.model.trim()})`;
    console.log(`Best of ${rounds} rounds of ${seconds} s, ${machine}.\n\n${table(variants, best)}`);
    const slow = broken(variants, best);
    if (slow.length > 0) console.log(`\nBelow the limit: ${slow.join('; ')}.`);
    process.exitCode = slow.length > 0 ? 1 : 0;
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(top, { recursive: true, force: true });
  }
}

await main();
