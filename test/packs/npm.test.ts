import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Captured, dewar } from '../support/capture.ts';
import { type Desk, desk } from '../support/packs.ts';
import { realWiring } from '../support/real-wiring.ts';
import { type Registry, registry } from '../support/registry.ts';

vi.setConfig({ testTimeout: 120_000 });

let here: Desk;
let server: Registry;
let env: Record<string, string>;
const run = (...argv: readonly string[]): Promise<Captured> =>
  dewar(argv, { cwd: here.folder, env, wiring: realWiring });
const recorded = () => JSON.parse(here.read('shop/.dewar/project.json')).packs;
/** Publishes the pack as npm itself packs it. */
const publish = (version: string): void => {
  for (const [file, from] of [
    ['package.json', /"version": "[^"]+"/],
    ['dewar.pack.yaml', /^version: .*/m],
  ] as const)
    here.edit(`acme-pack/${file}`, (text) =>
      text.replace(from, file === 'package.json' ? `"version": "${version}"` : `version: ${version}`),
    );
  here.edit('acme-pack/templates/acme/root/docs/acme.md', (text) => `${text}\nSince ${version}.\n`);
  server.publish(join(here.folder, 'acme-pack'));
};

beforeEach(async () => {
  here = desk({});
  server = await registry();
  env = {
    ...here.env,
    npm_config_registry: server.url,
    npm_config_cache: join(here.folder, 'npm'),
    npm_config_fetch_retries: '0',
  };
  await run('pack', 'new', './acme-pack');
  here.edit('acme-pack/package.json', (text) =>
    text.replace(/ *"private": true,\n/, '').replace('"acme"', '"@acme/dewar-pack"'),
  );
  here.edit('acme-pack/package.json', (text) =>
    text.replace('"scripts": {', '"scripts": { "postinstall": "touch ran",'),
  );
  publish('1.0.0');
});
afterEach(() => server.close());

describe('a pack in a registry', () => {
  it('is fetched by npm, updated in its range, and there without the registry once an app has it', async () => {
    expect((await run('new', 'shop', '--pack', 'npm:@acme/dewar-pack@^1.0.0', '--yes')).exit).toBe(0);
    expect(here.read('shop/docs/acme.md')).toContain('Since 1.0.0.');
    expect(recorded()).toMatchObject([{ source: 'npm:@acme/dewar-pack@^1.0.0', version: '1.0.0' }]);
    publish('1.1.0');
    publish('2.0.0');
    expect((await run('update', 'shop', '--check')).exit).toBe(10);
    expect((await run('update', 'shop')).exit).toBe(0);
    expect(recorded()).toMatchObject([{ version: '1.1.0' }]);
    await server.close();
    rmSync(join(here.folder, 'npm'), { recursive: true });
    const { exit, out, err } = await run('update', 'shop');
    expect({ exit, out }).toEqual({ exit: 0, out: 'Nothing to change.\n' });
    expect(err).toContain('the registry does not answer. The copy of acme 1.1.0 is used, which this app has.');
    expect((await run('audit', 'shop', '--fail-on', 'never', '--quiet')).err).toBe('');
  });

  it('that is not there, in no such version or at no registry, is told in words', async () => {
    const fetched = (source: string) => run('new', 'other', '--pack', source, '--yes');
    expect(await fetched('npm:@acme/nonesuch')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('the registry has no such package.'),
    });
    expect(await fetched('npm:@acme/dewar-pack@^9')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('no version of it that fits.'),
    });
    env = { ...env, npm_config_offline: 'true', npm_config_cache: join(here.folder, 'empty') };
    expect((await fetched('npm:@acme/dewar-pack')).err).toContain('npm is offline, and has no copy of it.');
    env = { ...env, PATH: '' };
    expect((await fetched('npm:@acme/dewar-pack')).err).toContain('npm was not found.');
  });

  it('is no pack where it has no manifest', async () => {
    mkdirSync(join(here.folder, 'plain'));
    here.write('plain/package.json', '{"name": "plain", "version": "1.0.0"}');
    server.publish(join(here.folder, 'plain'));
    const { exit, err } = await run('new', 'shop', '--pack', 'npm:plain', '--yes');
    expect({ exit, err }).toEqual({
      exit: 2,
      err: 'dewar: The package plain has no dewar.pack.yaml: it is no pack.\n',
    });
  });
});

describe('a pack that npm installed', () => {
  beforeEach(async () => {
    here.write('package.json', '{"private": true}');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--silent'];
    // The registry answers meanwhile.
    await promisify(execFile)('npm', ['install', '@acme/dewar-pack@1.0.0', ...flags], { cwd: here.folder, env });
  });

  it('is taken as it is, with the same content as the archive has', async () => {
    await run('new', 'shop', '--pack', 'npm:@acme/dewar-pack@^1', '--yes');
    const [{ hash }] = recorded();
    rmSync(join(here.folder, 'node_modules'), { recursive: true });
    rmSync(join(here.folder, 'shop'), { recursive: true });
    await run('new', 'shop', '--pack', 'npm:@acme/dewar-pack@^1', '--yes');
    expect(recorded()[0].hash).toBe(hash);
  });

  it.each([
    ['latest', true],
    ['1.0.0', true],
    ['1', true],
    ['~1.0', true],
    ['^1.0.0', true],
    ['>=1 <2', true],
    ['^1.1', false],
    ['~1.1.0', false],
    ['2', false],
    ['^0.9', false],
    ['1.0.1', false],
  ])('fits the range %s: %s', async (range, does) => {
    const { exit, err } = await run('pack', 'info', `npm:@acme/dewar-pack@${range}`);
    expect(exit).toBe(does ? 0 : 2);
    if (!does) expect(err).toContain(`1.0.0 is installed in ${join(here.folder, 'node_modules/@acme/dewar-pack')}`);
  });
});
