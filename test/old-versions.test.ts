import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { releases } from '../src/plan/releases.ts';
import { root as repository } from './support/imports.ts';
import { environment, run } from './support/python.ts';
import { tree } from './support/tree.ts';

// What goes into an existing app must run on Python 3.8 and Flask 2.2, whatever the tests themselves run on.

describe('what is added to an existing app', () => {
  it.each(['ci', 'server'])('for %s says nothing that Python 3.8 cannot evaluate', async (id) => {
    const root = tree({});
    cpSync(join(repository, 'test/shapes/factory'), root, { recursive: true });
    const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
    const { files } = await addMitigations(catalog, { root, ids: [id], ...options });
    const paths = files.flatMap(({ path, state }) => (path.endsWith('.py') && state === 'new' ? [path] : []));
    expect(paths.length).toBeGreaterThan(3);
    // FA102: an annotation of a newer Python that is evaluated; syntax errors are told for the version, too.
    const ruff = join(environment(['ruff==0.17.6']), 'ruff');
    run(ruff, ['check', '--isolated', '--target-version', 'py38', '--select', 'FA102', ...paths], { cwd: root });
  });

  it.each([
    ['flask==2.2.5', 'werkzeug==2.2.3'],
    ['flask==3.1.3', 'werkzeug==3.1.3'],
  ])(
    'needs packages that work with %s',
    (...app) => {
      const pins = Object.values(releases).map(({ name, pins: [newest] }) => `${name}==${newest?.[0]}`);
      const python = join(environment([...app, ...pins]), 'python');
      const modules =
        'flask_wtf.csrf, flask_session, flask_talisman, msgspec, redis, nh3, sqlalchemy, gunicorn.app.wsgiapp';
      run(python, ['-c', `import ${modules}`]);
    },
    300_000,
  );
});
