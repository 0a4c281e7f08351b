import { entry, longEntry } from '../../src/changes.ts';
import type { Change, PlanContext } from '../../src/mitigation.ts';

/** What the other answers mean for the compose file. */
export function* withCompose({ answers, chosen }: PlanContext): Iterable<Change> {
  const database = chosen.has('sessions') && answers['store'] === 'database';
  yield* secretFile('SECRET_KEY');
  if (database) yield* secretFile('SESSION_DATABASE_URL');
  yield* answers['proxy'] === 'none' ? alone : behindNginx(database);
  yield longEntry('deployment.ways', 'server/slots/deployment.docker', 10);
}

/** A secret is a file in the container; its path is no secret. */
function secretFile(name: string): readonly Change[] {
  const key = name.toLowerCase();
  return [
    entry('compose.environment', `${name}_FILE: /run/secrets/${key}`, 10),
    entry('compose.app_secrets', `- ${key}`),
    entry('compose.secrets', `${key}:\n  file: ./secrets/${key}`),
  ];
}

function behindNginx(database: boolean): readonly Change[] {
  const inside = database
    ? '# The way to the database of the sessions.\ninside: {}'
    : '# No way out of the machine; leave "internal" away when the app has to call others.\ninside: {internal: true}';
  return [
    longEntry('compose.mounts', 'server/slots/compose.mounts'),
    longEntry('compose.services', 'server/slots/compose.web'),
    entry(
      'compose.volumes',
      `# A folder in memory, owned by who makes the socket in it.
socket:
  driver_opts: {type: tmpfs, device: tmpfs, o: "uid=10001,gid=10001,mode=0750,size=1m"}`,
    ),
    entry('compose.app', 'networks: [inside]'),
    entry('compose.networks', `${inside}\nedge: {}`),
  ];
}

const alone: readonly Change[] = [
  entry(
    'compose.environment',
    `# Readable by user 10001, who runs the app.
GUNICORN_CERTFILE: /run/tls/fullchain.pem
GUNICORN_KEYFILE: /run/tls/privkey.pem`,
  ),
  entry('compose.mounts', '- ./secrets/tls:/run/tls:ro'),
  entry('compose.app', 'networks: [edge]\nports: ["443:8000"]'),
  entry('compose.networks', 'edge: {}'),
];
