import { entry, register, runtimePackage, setting, startupCheck } from '../../src/changes.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Change, Place, PlanContext, Wiring } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { interfaces, stores } from './evidence.ts';
import { ownerKeys } from './owners.ts';
import { conditional } from './stores.ts';

/** What an app gets that Dewar did not write; sessions that it keeps on the server by its own means are completed. */
const wiring: Wiring = function* (context) {
  const { app, answers } = context;
  const own = [...interfaces(app)];
  if (own.length > 0) return yield* own.map(left);
  const extension = stores(app).find(({ initialised }) => initialised);
  const files = [...overlay('sessions', context, conditional)];
  if (extension && !extension.made.startsWith('flask_session'))
    return yield left({ ...extension, name: extension.made, cookie: false });
  yield* files.filter(({ place }) => (extension ? completing.test(place) : !place.endsWith('/session_renewal.py')));
  yield setting(['base', 'SESSION_OWNER_KEYS'], `(${quoted(ownerKeys(app))},)`, 'they say who is signed in');
  if (extension) return yield* completed;
  yield* startupCheck(context, 'sessions', 50);
  yield* stored;
  yield* byStore[String(answers['store'])]?.(context) ?? [];
};

export default wiring;

function quoted(keys: readonly string[]): string {
  return keys.map((key) => JSON.stringify(key)).join(', ');
}

function left({ file, line, text, name, cookie }: Place & { readonly name: string; readonly cookie: boolean }) {
  const what = cookie
    ? `${name} writes a signed cookie of the app's own making, so the sessions stay in the cookie. Remove it, then add sessions again.`
    : `${name} keeps the sessions already and is left as it is. See that it renews the id at each sign-in, and reads no pickle.`;
  return { kind: 'by-hand', place: placeOf({ file, line, text }), what, withholds: true } as const;
}

/** What of the templates serves an app whose Flask-Session stays. */
const completing = /\/session_(renewal|format)\.py$/;

const completed: readonly Change[] = [
  runtimePackage('flask-session', '>=0.8,<0.9'),
  register('session_renewal', 40, ''),
];

const lifetimes = [
  ['SESSION_IDLE_MINUTES', 60, 'a signed-in session ends after so long without a request (ASVS 7.3.1)'],
  ['SESSION_ABSOLUTE_MINUTES', 720, 'and after this, however busy it is (ASVS 7.3.2)'],
  ['SESSION_ANONYMOUS_MINUTES', 60, 'a session that names nobody: crawlers would fill the store'],
] as const;

const embedded = "a file in the instance folder; no server needed. The app's own tests keep Flask's cookie";

const stored: readonly Change[] = [
  entry(
    'sessions.methods',
    `if not hasattr(ServerSideSession, _name):  # Python 3.8 puts no dicts together by an operator
    continue`,
  ),
  entry(
    'sessions.imports',
    `from . import settings
from .session_interface import LazySessionInterface
from .session_state import LazySession
from .session_state import name_of
from .stores import open_store
from .stores.guard import Guard`,
  ),
  runtimePackage('flask-session', '>=0.8,<0.9'),
  runtimePackage('msgspec', '>=0.18.6,<1'),
  register('sessions', 40, ''),
  setting(['development', 'SESSION_STORE'], '"embedded"', embedded),
  setting(['testing', 'SESSION_STORE'], '"embedded"', embedded),
  ...lifetimes.map(([name, minutes, why]) =>
    setting(['base', name], { variable: name, type: 'number', arguments: `${minutes}` }, why),
  ),
];

const local = 'redis://127.0.0.1:6379/0';

/** A service of the app's own compose file is reached over a network that does not leave the host. */
function privateHosts(app: PlanContext['app']): Change {
  const servers = (app?.deploy.services ?? []).filter(({ image }) =>
    /(^|\/)(redis|valkey|keydb|dragonfly)\b/.test(image),
  );
  const files = [...new Set(servers.map(({ file }) => file))].join(', ');
  const names = [...new Set(servers.map(({ name }) => name))];
  return setting(
    ['base', 'SESSION_REDIS_PRIVATE_HOSTS'],
    { variable: 'REDIS_PRIVATE_HOSTS', type: 'items', ...(names.length > 0 && { arguments: `(${quoted(names)},)` }) },
    names.length > 0
      ? `beside the app in ${files}: what goes there leaves no host, so it needs no TLS`
      : 'hosts on a network that nobody else is on, for which redis:// will do',
  );
}

const byStore: Readonly<Record<string, (context: PlanContext) => readonly Change[]>> = {
  redis: ({ answers, app }) => [
    runtimePackage('redis', '>=4.1,<9'),
    setting(['base', 'SESSION_STORE'], '"redis"', ''),
    setting(
      ['base', 'SESSION_REDIS_URL'],
      { variable: 'REDIS_URL', type: 'secret', example: local },
      'rediss://, unix://, or redis:// to this host or REDIS_PRIVATE_HOSTS; also in REDIS_URL_FILE',
    ),
    privateHosts(app),
    setting(
      ['base', 'SESSION_REDIS_PREFIX'],
      { variable: 'SESSION_REDIS_PREFIX', type: 'text', arguments: JSON.stringify(`${answers['package']}:session:`) },
      'apps that share a Redis need one each: a session of one must not be good for another',
    ),
    entry(
      'stores.redis',
      `url = app.config["SESSION_REDIS_URL"] or app.config.get("REDIS_URL") or "${local}"
return RedisStore(url, index_ttl, app.config["SESSION_REDIS_PREFIX"])`,
    ),
    entry('sessions.imports', 'from .stores import redis_reach'),
    entry(
      'sessions.problems',
      `if app.config["SESSION_STORE"] == "redis":
    url = app.config["SESSION_REDIS_URL"] or app.config.get("REDIS_URL")
    yield from redis_reach.problems(url, app.config["SESSION_REDIS_PRIVATE_HOSTS"])`,
    ),
  ],
  database: () => [
    runtimePackage('sqlalchemy', '>=1.4,<3'),
    setting(['base', 'SESSION_STORE'], '"database"', ''),
    setting(
      ['base', 'SESSION_DATABASE_URL'],
      { variable: 'SESSION_DATABASE_URL', type: 'secret' },
      "an SQLAlchemy address; unset: the app's SQLALCHEMY_DATABASE_URI",
    ),
    entry('sessions.imports', 'from . import session_database'),
    entry('sessions.address', 'self.app.config["SESSION_DATABASE_URL"] = session_database.address(self.app)'),
    entry(
      'sessions.problems',
      `if app.config["SESSION_STORE"] == "database" and not session_database.address(app):
    yield "SESSION_DATABASE_URL is missing: set it to the address of the database"`,
    ),
  ],
  filesystem: () => [
    setting(['base', 'SESSION_STORE'], '"filesystem"', 'for a single host'),
    setting(
      ['base', 'SESSION_DIRECTORY'],
      { variable: 'SESSION_DIRECTORY', type: 'folder' },
      'unset: the instance folder',
    ),
  ],
};
