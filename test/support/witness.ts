import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, production, program, type Running, start } from './site.ts';

/** A request as the app saw it, before any of the app's own code. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  /** Script name, as Gunicorn understood it. */
  readonly root: string;
  readonly client: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the app's own code takes the client and the site for. */
export interface Believed {
  readonly path: string;
  readonly client: string;
  readonly scheme: string;
  readonly root: string;
}

/** The app in production behind Gunicorn with the shipped configuration, and a witness of what reaches it. */
export interface Witnessed {
  readonly server: Running;
  /** What has reached the app since the last call. */
  readonly seen: () => readonly Seen[];
  /** What the app has believed since the last call. */
  readonly believed: () => readonly Believed[];
}

const witness = (name: string): string => `
import json, os
import flask
from ${name} import create_app
app = create_app()

def write(name, seen):
    with open(os.path.join(os.environ["WITNESS"], name), "a") as log:
        log.write(json.dumps(seen) + "\\n")

@flask.request_started.connect_via(app)
def believed(_app, **_):
    asked = flask.request
    write("believed.jsonl", {"path": asked.path, "client": asked.remote_addr, "scheme": asked.scheme, "root": asked.root_url})

def application(environ, start_response):
    headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    write("seen.jsonl", {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "scheme": environ["wsgi.url_scheme"],
        "root": environ["SCRIPT_NAME"],
        "client": environ["REMOTE_ADDR"],
        "headers": headers,
    })
    return app(environ, start_response)
`;

/** Starts it with more variables than production needs. */
export function startWitnessed(host: Host, environment: NodeJS.ProcessEnv): Witnessed {
  const folder = join(host.folder, 'witness');
  mkdirSync(folder);
  writeFileSync(join(folder, 'witness.py'), witness(host.slug.replaceAll('-', '_')));
  mkdirSync(join(host.folder, `run/${host.slug}`), { recursive: true });
  const given = production(host, { WITNESS: folder, WEB_CONCURRENCY: '1', ...environment });
  const env = { ...given, PYTHONPATH: `${given['PYTHONPATH']}:${folder}` };
  const options = ['--config', join(host.app, 'deploy/gunicorn.conf.py'), 'witness:application'];
  const server = start(host, { name: 'gunicorn', command: [program(host, 'gunicorn'), ...options], env });
  return { server, seen: reader<Seen>(join(folder, 'seen.jsonl')), believed: reader(join(folder, 'believed.jsonl')) };
}

/** Gives what is new in a file of JSON lines since the last call. */
function reader<T>(file: string): () => T[] {
  let known = 0;
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(known, -1) : [];
    known += lines.length;
    return lines.map((line) => JSON.parse(line) as T);
  };
}
