import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { updateProject } from '../../src/commands/update.ts';
import type { Templates } from '../../src/plan/render.ts';
import { changesOf } from '../support/changes.ts';
import { leakyShop, type Place } from '../support/leaky.ts';
import { filesOf, snapshot } from '../support/snapshot.ts';

let shop: Place;
beforeEach(() => {
  shop = leakyShop();
  shop.commit();
});
afterEach(() => shop.remove());

/** Every module of Dewar's, those of new apps among them, ends in another line. */
const newer = {
  ...catalog,
  templates: withLine(catalog.templates),
  existing: async () => {
    const { wirings, templates } = await catalog.existing();
    return { wirings, templates: withLine(templates) };
  },
};

function withLine(templates: Templates): Templates {
  const pairs = Object.entries(templates).map(([name, template]): [string, Templates[string]] => {
    if (!/\.(py|md|toml)$/.test(name) || template instanceof Uint8Array) return [name, template];
    if (typeof template === 'string') return [name, `${template}# newer\n`];
    return [name, (locals) => `${template(locals)}# newer\n`];
  });
  return Object.fromEntries(pairs);
}

describe('an app from another template, adopted and then hardened', () => {
  it('gets what is newer in files of Dewar, with what was changed in them kept, and nothing in its own', async () => {
    expect((await shop.run('adopt')).out).toContain("No file of the app is like one of Dewar's");
    shop.commit();
    await shop.run('add', '--all', '--yes');
    shop.edit('security/headers.py', (text) => `# mine\n${text}`);
    shop.commit();
    const before = filesOf(shop.root);
    const updating = { root: shop.root, dryRun: false, diff: false };
    const changes = changesOf(await updateProject(newer, updating));
    expect(changes).toContainEqual({ path: 'security/headers.py', state: 'merged' });
    expect(changes.length).toBeGreaterThan(10);
    expect(changes.filter(({ path }) => !/^(security|scripts|deploy|tests|\.github)\//.test(path))).toEqual([]);
    const after = filesOf(shop.root);
    expect(after['security/headers.py']).toBe(`# mine\n${before['security/headers.py']?.slice(7)}# newer\n`);
    for (const path of ['app.py', 'requirements.txt', 'templates/save.html']) expect(after[path]).toBe(before[path]);
    shop.commit();
    expect(changesOf(await updateProject(newer, updating))).toEqual([]);
  });

  it('is left as it is where it is too old for every mitigation', async () => {
    shop.edit('requirements.txt', () => 'flask==1.1.2\n');
    shop.commit();
    await shop.run('adopt');
    shop.commit();
    const before = snapshot(shop.root);
    const { exit, out } = await shop.run('add', '--all', '--yes');
    expect(exit).toBe(6);
    expect(out).toContain('csrf was not added: the app has Flask 1.1.2');
    expect(snapshot(shop.root)).toEqual(before);
  });
});

describe('steps that were left to be done by hand', () => {
  it('are told with the change, and not by each update that changes nothing', async () => {
    expect((await shop.run('add', 'server', '--yes')).exit).toBe(6);
    expect(await shop.run('update', '--allow-dirty')).toMatchObject({ exit: 0, out: 'Nothing to change.\n' });
  });
});
