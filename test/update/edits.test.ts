import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { type EditedFile, offsetOf } from '../../src/update/edits.ts';
import { root as repository } from '../support/imports.ts';
import { leaked, leakyShop, type Place } from '../support/leaky.ts';
import { filesOf, snapshot } from '../support/snapshot.ts';

let shop: Place;
beforeEach(() => {
  shop = leakyShop();
});
afterEach(() => shop.remove());

const edited = (name: string): EditedFile =>
  JSON.parse(readFileSync(join(shop.root, `.dewar/edited/${name}.json`), 'utf8'));

describe('the record of a file that Dewar did not write', () => {
  it('says what was put there and for what, and of what was taken out where Git has it', async () => {
    shop.commit();
    const before = shop.git('rev-parse', 'HEAD:app.py').trim();
    await shop.run('add', 'secret-key');
    const { after, splices } = edited('app.py');
    expect(after).toBe(shop.git('hash-object', 'app.py').trim());
    expect(splices).toContainEqual({
      from: ['secret-key'],
      at: '6:28',
      inserted: 'os.environ.get("SECRET_KEY")',
      removed: { length: leaked.length + 2, git: before, at: '4:28' },
    });
    expect(splices).toContainEqual({ from: ['app'], at: '6:56', inserted: '\n\nsecurity.init_app(app)' });
  });

  it('has no digest of what is not committed: a short key could be guessed from it', async () => {
    await shop.run('add', 'secret-key');
    const removed = edited('app.py').splices.flatMap((each) => each.removed ?? []);
    expect(removed).toEqual([{ length: leaked.length + 2 }]);
  });

  it('stays byte for byte where another add of the same has nothing to do', async () => {
    await shop.run('add', '--all', '--yes');
    const before = filesOf(shop.root);
    expect((await shop.run('add', '--all', '--yes')).out).toContain('Nothing to change.');
    expect(filesOf(shop.root)).toEqual(before);
  });

  it('follows its edits through other ones, of the user and of a later add', async () => {
    await shop.run('add', 'csrf');
    shop.edit('app.py', (text) => text.replace('\n\n@app', '\n\n# mine\n\n@app').replace(/^/, '"""A shop."""\n'));
    await shop.run('add', 'secret-key', 'headers');
    expect(isInPlace(shop.root)).toEqual([]);
    const froms = edited('app.py').splices.map(({ from }) => from.join());
    expect(new Set(froms)).toEqual(new Set(['app', 'secret-key']));
  });

  it.each(readdirSync(join(repository, 'test/shapes')).sort())(
    'is true and tells nothing in the shape %s',
    async (shape) => {
      const app = join(shop.top, shape);
      cpSync(join(repository, 'test/shapes', shape), app, { recursive: true });
      const before = filesOf(app);
      const options = { onConflict: 'fail', dryRun: false, diff: false, answers: {} } as const;
      await addMitigations(catalog, { ...options, root: app, ids: 'all' });
      expect(isInPlace(app)).toEqual([]);
      const after = filesOf(app);
      const record = Object.entries(after).filter(([path]) => path.startsWith('.dewar/'));
      const texts = (all: string): string[] => all.match(/(["'])[^"'\n]{8,}\1/g) ?? [];
      const gone = Object.keys(before).flatMap((path) =>
        texts(before[path] ?? '').filter(
          (each) => !Object.entries(after).some(([name, text]) => !name.startsWith('.dewar/') && text.includes(each)),
        ),
      );
      for (const each of gone) expect(record.filter(([, text]) => text.includes(each.slice(1, -1)))).toEqual([]);
    },
  );

  it('that cannot be understood is said to be so, and nothing is changed', async () => {
    await shop.run('add', 'csrf');
    writeFileSync(join(shop.root, '.dewar/edited/app.py.json'), '{"after": 3}');
    const before = snapshot(shop.root);
    for (const argv of [['add', 'headers'], ['diff'], ['undo', '--all']]) {
      const { exit, err } = await shop.run(...argv);
      expect(exit).toBe(1);
      expect(err).toContain('.dewar/edited/app.py.json cannot be read: it is not what Dewar writes there.');
    }
    expect(snapshot(shop.root)).toEqual(before);
  });
});

/** Edits that do not stand where the record says. */
function isInPlace(app: string): string[] {
  const files = readdirSync(join(app, '.dewar/edited'), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .flatMap(({ parentPath, name }) => {
      const note = join(parentPath, name);
      const { splices } = JSON.parse(readFileSync(note, 'utf8')) as EditedFile;
      const text = readFileSync(note.replace('/.dewar/edited', '').replace(/\.json$/, ''), 'utf8');
      const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
      return splices
        .filter(({ at, inserted }) => !plain.startsWith(inserted, offsetOf(plain, at)))
        .map(({ at }) => `${name}:${at}`);
    });
}

describe('what became of the wiring', () => {
  beforeEach(async () => {
    shop.commit();
    await shop.run('add', 'csrf');
    shop.commit();
  });

  it('is nothing to speak of where lines of the user came in between', async () => {
    shop.edit('app.py', (text) => `"""Mine."""\n${text}\n# mine\n`);
    expect((await shop.run('diff')).out).toContain('The app is what Dewar would write today.');
    const { json } = await told('diff');
    expect(json.wiring.map(({ path, at, state }: Told) => `${path}:${at} ${state}`)).toContain('app.py:2:1 whole');
    expect((await told('update', '--check')).json.wiring).toEqual([]);
  });

  it('is told where somebody took it out or changed it, and the update that brings it back says why', async () => {
    shop.edit('app.py', (text) => text.replace('security.init_app(app)\n', ''));
    shop.edit('templates/save.html', (text) => text.replace('type="hidden"', 'type="text"'));
    const lines = [
      /app\.py:\d+: what "dewar add" put here \(app\) was (changed|removed) since: security\.init_app\(app\)/,
      /templates\/save\.html:2: what "dewar add" put here \(csrf\) was changed since: <input type="hidden"/,
    ];
    for (const argv of [['diff'], ['update', '--check']]) {
      const { out } = await shop.run(...argv);
      for (const line of lines) expect(out).toMatch(line);
    }
    const { out } = await shop.run('update', '--allow-dirty');
    expect(out).toContain('edited app.py (what "dewar add" put there was changed or removed since)');
    expect((await shop.run('diff')).out).not.toContain('app.py:');
  });

  it('is removed where its file is', async () => {
    rmSync(join(shop.root, 'templates/save.html'));
    expect((await shop.run('diff')).out).toContain(
      'templates/save.html:2: what "dewar add" put here (csrf) was removed since',
    );
  });
});

interface Told {
  readonly path: string;
  readonly at: string;
  readonly state: string;
}

async function told(...argv: string[]) {
  const { out, exit } = await shop.run(...argv, '--json');
  return { json: JSON.parse(out), exit };
}
