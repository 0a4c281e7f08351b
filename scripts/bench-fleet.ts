import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Audits and checks a fleet of generated apps, and one app alone: npm run bench:fleet [APPS]

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const APPS = Number(process.argv[2] ?? 200);

interface Cost {
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number;
}

function main(): void {
  const top = mkdtempSync(join(tmpdir(), 'dewar-bench-fleet-'));
  const dewar = join(root, 'dist/dewar.js');
  mkdirSync(join(top, 'fleet'));
  execFileSync(process.execPath, [dewar, 'new', 'fleet/app-0', '--yes', '--quiet'], { cwd: top });
  for (let index = 1; index < APPS; index += 1)
    cpSync(join(top, 'fleet/app-0'), join(top, `fleet/app-${index}`), { recursive: true });
  for (const words of [['audit'], ['update', '--check']]) {
    const one = measured([dewar, ...words, 'fleet/app-0', '--json'], top);
    const all = measured([dewar, 'fleet', ...words, 'fleet', '--json'], top);
    process.stdout.write(`${words.join(' ')}\n  one app   ${shown(one)}\n  ${APPS} apps  ${shown(all)}\n`);
    process.stdout.write(
      `  each app of the fleet: ${((100 * all.cpu) / APPS / one.cpu).toFixed(0)} % of the CPU of one alone\n`,
    );
  }
  rmSync(top, { recursive: true, force: true });
}

function shown({ cpu, wall, memory }: Cost): string {
  return `${(cpu / 1000).toFixed(2)} s CPU, ${(wall / 1000).toFixed(2)} s, ${memory.toFixed(0)} MB`;
}

function measured(args: readonly string[], cwd: string): Cost {
  const log = join(cwd, 'log');
  writeFileSync(log, '');
  const job = { argv: [process.execPath, ...args], cwd, log, accept: [0, 10, 11] };
  const script = join(root, 'scripts/bench/measure.py');
  return JSON.parse(execFileSync('python3', [script, JSON.stringify(job)], { encoding: 'utf8' }));
}

main();
