import { describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { auditProject } from '../src/commands/audit.ts';
import { readApp } from '../src/flask/read.ts';
import { wsgiTarget } from '../src/flask/wsgi.ts';
import { filesOf } from './support/snapshot.ts';
import { tree } from './support/tree.ts';

const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
const single = 'from flask import Flask\n\napp = Flask(__name__)\n';
const factory =
  'from flask import Flask\n\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n';
const runs = `${single}\nif __name__ == "__main__":\n    app.run(host="0.0.0.0", port=8080)\n`;

async function added(files: Record<string, string>) {
  const root = tree(files);
  const { byHand } = await addMitigations(catalog, { root, ids: ['server'], ...options });
  return { root, byHand, after: filesOf(root) as Record<string, string> };
}

describe('how a server finds an app', () => {
  it.each([
    ['a module', { 'app.py': single }, 'app:app', ''],
    ['a package', { 'shop/__init__.py': single.replaceAll('app =', 'web =') }, 'shop:web', ''],
    ['a factory', { 'shop/__init__.py': factory }, 'shop:create_app()', ''],
    ['a src layout', { 'src/shop/__init__.py': factory }, 'shop:create_app()', 'src'],
    ['a folder that is no package', { 'api/app.py': single }, 'app:app', 'api'],
    [
      'a module that keeps what the factory made',
      {
        'shop/__init__.py': factory,
        'manage.py': 'from shop import create_app\n\ncli = create_app()\n',
        'wsgi.py': 'import shop\n\napplication = shop.create_app()\n',
      },
      'wsgi:application',
      '',
    ],
    [
      'the script that completes and runs it',
      {
        'config.py': single,
        'serve.py': 'from config import app\nimport views\n\nif __name__ == "__main__":\n    app.run()\n',
      },
      'serve:app',
      '',
    ],
    [
      'the module itself where its script is half loaded by then',
      {
        'config.py': `${single}import views\n`,
        'app.py': 'from config import app\nvuln = 1\n\nif __name__ == "__main__":\n    app.run()\n',
        'views.py': 'from app import vuln\n',
      },
      'config:app',
      '',
    ],
    [
      'what the deployment says',
      {
        'shop/__init__.py': factory,
        'wsgi.py': 'from shop import create_app\n\napp = create_app()\n',
        Procfile: "web: gunicorn -w 2 'shop:create_app()' --log-file -\n",
      },
      'shop:create_app()',
      '',
    ],
  ])('is read from %s', async (...[, files, target, folder]) => {
    expect(wsgiTarget(await readApp(tree(files as Record<string, string>)))).toMatchObject({ target, folder });
  });

  it('is not known where the factory needs arguments', async () => {
    const needs = factory.replace('config=None', 'config');
    expect(wsgiTarget(await readApp(tree({ 'shop/__init__.py': needs })))).toBeUndefined();
  });
});

describe('a development server in production', () => {
  it.each([
    [
      'Dockerfile',
      'CMD ["python", "app.py"]',
      'CMD ["gunicorn", "--bind", "0.0.0.0:8080", "--workers", "2", "--threads", "4", "app:app"]',
    ],
    ['Dockerfile', 'CMD python3 -u app.py', 'CMD gunicorn --bind 0.0.0.0:8080 --workers 2 --threads 4 app:app'],
    [
      'Dockerfile',
      'CMD exec flask run -h 0.0.0.0 -p 80',
      'CMD exec gunicorn --bind 0.0.0.0:80 --workers 2 --threads 4 app:app',
    ],
    [
      'Dockerfile',
      'CMD flask db upgrade && flask run --host=0.0.0.0',
      'CMD flask db upgrade && gunicorn --bind 0.0.0.0:5000 --workers 2 --threads 4 app:app',
    ],
    [
      'Dockerfile',
      'ENTRYPOINT ["python3", "-m", "flask", "run", "--host=0.0.0.0"]',
      'ENTRYPOINT ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "2", "--threads", "4", "app:app"]',
    ],
    ['Procfile', 'web: flask run --host 0.0.0.0 --port $PORT', 'web: gunicorn --workers 2 --threads 4 app:app'],
    [
      'deploy/app.service',
      '[Service]\nExecStart=/srv/venv/bin/flask --app app run',
      '[Service]\nExecStart=/srv/venv/bin/gunicorn --bind 127.0.0.1:5000 --workers 2 --threads 4 app:app',
    ],
    [
      'docker-compose.yml',
      'services:\n  web:\n    build: .\n    command: python app.py',
      'services:\n  web:\n    build: .\n    command: gunicorn --bind 0.0.0.0:8080 --workers 2 --threads 4 app:app',
    ],
    [
      'docker-compose.yml',
      'services:\n  web:\n    build: .\n    command: ["flask", "run"]',
      'services:\n  web:\n    build: .\n    command: ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "2", "--threads", "4", "app:app"]',
    ],
  ])('becomes Gunicorn in a %s: %s', async (path, before, after) => {
    const from = path === 'Dockerfile' ? 'FROM python:3.12\n' : '';
    const result = await added({ 'app.py': runs, 'requirements.txt': 'flask\n', [path]: `${from}${before}\n` });
    expect(result.after[path]).toBe(`${from}${after}\n`);
    expect(result.after['requirements.txt']).toContain('gunicorn');
  });

  it('becomes Gunicorn in the script that an image starts', async () => {
    const { after } = await added({
      'app.py': runs,
      'boot.sh': '#!/bin/sh\nflask db upgrade\nexec flask run -h 0.0.0.0 -p $PORT\n',
      Dockerfile: 'FROM python:3.12\nCOPY . .\nENTRYPOINT ["./boot.sh"]\n',
    });
    expect(after['boot.sh']).toBe(
      '#!/bin/sh\nflask db upgrade\nexec gunicorn --bind 0.0.0.0:$PORT --workers 2 --threads 4 app:app\n',
    );
  });

  it('stays where its script does more, or cannot be read, with a step by hand at its line', async () => {
    const more = runs.replace('    app.run', '    prepare()\n    app.run');
    for (const [script, command] of [
      [more, 'CMD ["python", "app.py"]'],
      [runs, 'CMD ["sh", "-c", "python app.py & python app.py"]'],
      [runs, 'CMD python \\\n    app.py'],
      [runs, 'ENTRYPOINT ["python"]\nCMD ["app.py"]'],
    ] as const) {
      const { after, byHand } = await added({ 'app.py': script, Dockerfile: `FROM python:3.12\n${command}\n` });
      expect(after['Dockerfile']).toBe(`FROM python:3.12\n${command}\n`);
      expect(byHand).toContainEqual(
        expect.objectContaining({
          place: expect.objectContaining({ file: 'Dockerfile', line: 2 }),
          snippet: 'gunicorn --bind 0.0.0.0:8000 app:app',
        }),
      );
    }
  });
});

describe('a deployment that is there', () => {
  it('is not overwritten: what it lacks is shown', async () => {
    const files = {
      'app.py': single,
      'requirements.txt': 'flask\ngunicorn\n',
      Procfile: 'web: gunicorn -c gunicorn.conf.py app:app\n',
      'gunicorn.conf.py': 'timeout = 10\n',
      'deploy/nginx.conf': 'server {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n    }\n}\n',
    };
    const { after, byHand } = await added(files);
    for (const path of ['Procfile', 'gunicorn.conf.py', 'deploy/nginx.conf', 'requirements.txt'] as const)
      expect(after[path]).toBe(files[path]);
    expect(Object.keys(after).filter((path) => path.startsWith('deploy/'))).toEqual(['deploy/nginx.conf']);
    expect(byHand.map(({ place }) => place?.file)).toEqual([undefined, 'gunicorn.conf.py', 'deploy/nginx.conf']);
    expect(byHand[1]?.snippet).toBe(
      'max_requests = 10_000\nheader_map = "refuse"\nforwarder_headers = ""\nlimit_request_fields = 50',
    );
  });

  it('is implemented once nothing is left but the names of the site', async () => {
    const { root, byHand } = await added({ 'app.py': single, 'requirements.txt': 'flask\n' });
    expect(byHand.map(({ snippet }) => snippet)).toEqual(['TRUSTED_HOSTS=www.example.com']);
    const { data } = await auditProject(catalog, { root });
    const rows = data['mitigations'] as { id: string; state: string; missing: unknown[] }[];
    expect(rows.find(({ id }) => id === 'server')).toMatchObject({ state: 'implemented', missing: [] });
  });

  it('keeps its files when another mitigation is added later', async () => {
    const { root, after } = await added({ 'app.py': single, 'requirements.txt': 'flask\n' });
    await addMitigations(catalog, { root, ids: ['csrf'], ...options });
    const later = filesOf(root) as Record<string, string>;
    for (const path of Object.keys(after).filter((each) => each.startsWith('deploy/')))
      expect(later[path]).toBe(after[path]);
  });

  it('of Socket.IO keeps one process', async () => {
    const { after } = await added({
      'app.py': `from flask_socketio import SocketIO\n${single}socketio = SocketIO(app)\n`,
      'requirements.txt': 'flask\nflask-socketio\n',
    });
    expect(after['deploy/gunicorn.conf.py']).toContain('\nworkers = 1\n');
  });

  it('gets the limit of bodies that the app has', async () => {
    const { after } = await added({ 'app.py': `${single}app.config["MAX_CONTENT_LENGTH"] = 2097152\n` });
    expect(after['deploy/nginx/snippets/limits.conf']).toContain('client_max_body_size 2048k;');
  });
});
