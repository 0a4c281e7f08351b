import { defences, type Group, gate, security } from './table.ts';

const module = `${security}/sessions.py`;
const face = `${security}/session_interface.py`;
const anomalies = `${security}/session_anomalies.py`;
const state = `${security}/session_state.py`;
const format = `${security}/session_format.py`;
const local = `${security}/stores/local.py`;
const life = `${security}/session_lifetime.py`;
const redis = `${security}/stores/redis.py`;
const address = `${security}/stores/redis_address.py`;
const client = `${security}/stores/redis_client.py`;
const rights = 'deploy/redis/users.acl';
const guard = `${security}/stores/guard.py`;

/** What a session promises, with every store. */
export const sessions: readonly Group[] = [
  {
    mitigation: 'sessions',
    test: 'test_sessions.py',
    removal: ['the init call is gone', defences, '    sessions.init_app(app)\n', ''],
    // The same defence against a Redis, and an example whose button signs out everywhere.
    // The account page stands on sessions, and templating looks at that page too.
    alsoRed: ['test_account.py', 'test_redis_store.py', 'test_templating.py'],
    weakened: [
      ['the store knows the id itself', state, 'return hashlib.sha256(sid.encode()).hexdigest()', 'return sid'],
      ['an id is short', state, 'secrets.token_urlsafe(32)', 'secrets.token_urlsafe(8)'],
      ['pickle is back', format, 'return _DECODER.decode(value)', 'return __import__("pickle").loads(value)'],
      ['pickle is imported', module, 'from typing import cast\n', 'from typing import cast\nimport pickle\n'],
      [
        'any object is stored',
        format,
        '    raise TypeError(f"a session',
        '    return repr(value)\n    raise TypeError(f"a session',
      ],
      [
        'an id of the client is adopted',
        face,
        '        if record is not None and record["created"] > oldest(',
        '        session.sid = sid\n        if record is not None and record["created"] > oldest(',
      ],
      [
        'regenerate does nothing',
        face,
        '        session.load()\n        if session.stored:',
        '        return\n        if session.stored:',
      ],
      ['signing in keeps the id', face, '            self.regenerate(session)\n', ''],
      ['the old id stays alive', face, 'session.retired.append(session.stored)', 'pass'],
      [
        'signing out keeps the record',
        face,
        '                self._delete_session(session.stored)',
        '                pass',
      ],
      [
        'a renewed session comes back after the sign-out',
        face,
        '        if gone and owner and owner == session.owner:\n            return  # signed out elsewhere while this request ran\n',
        '',
      ],
      [
        'a session that ended is written again',
        face,
        "        elif not self.store.replace(entry):\n            session.lost = True  # ended meanwhile; the browser may hold a new session's cookie",
        '        elif not self.store.replace(entry):\n            self.store.create(entry)',
      ],
      ['no session is too old', face, ' and record["created"] > oldest(self.app.config)', ''],
      ['signing in does not start the clock anew', face, '            session.created = 0\n', ''],
      ['visitors stay as long as users', life, '"IDLE" if sid.startswith("u") else "ANONYMOUS"', '"IDLE"'],
      [
        'a read keeps a visitor as long as a user',
        face,
        'life = idle(self.app.config, store_id)',
        'life = idle(self.app.config, "u")',
      ],
      ['an idle hour outlives the absolute end', life, 'min(left, idle(config, sid))', 'idle(config, sid)'],
      ['a lifetime may be nothing', module, 'if app.config[name] < 1:', 'if False:'],
      [
        'the cookie is deleted without its attributes',
        `${security}/session_cookie.py`,
        'response.delete_cookie(interface.get_cookie_name(app), **_attributes(app, interface))',
        'response.delete_cookie(interface.get_cookie_name(app))',
      ],
      [
        'a stolen session is used unseen',
        anomalies,
        '    elif record is None and sid.startswith("u"):',
        '    elif False:',
      ],
      ['a planted session is read unseen', anomalies, '    if value and record is None:', '    if False:'],
      ['a visitor who comes back is an anomaly', anomalies, ' and sid.startswith("u"):', ':'],
      ['a late write is unseen', face, '            session_anomalies.overtaken()\n', ''],
      [
        'the id of a session is logged',
        anomalies,
        'log.warning(message, ',
        'log.warning(message + str(request.cookies), ',
      ],
      [
        'signing out everywhere does nothing',
        module,
        'return _interface().store.delete_owned(name_of(owner))',
        'return 0',
      ],
      ['production takes the embedded store', module, 'if app.config["SESSION_STORE"] == "embedded":', 'if False:'],
      ['the gate does not look', gate, '    sessions.problems,\n', ''],
      [
        'the embedded store is readable for all',
        local,
        'os.O_CREAT | os.O_RDWR, 0o600',
        'os.O_CREAT | os.O_RDWR, 0o644',
      ],
      [
        'a lost store is asked by every request',
        guard,
        'if time.monotonic() < self._asked_again_at or not',
        'if False or not',
      ],
      [
        'a store that hangs gets every thread',
        guard,
        'if self._asked_again_at is None:\n            return',
        'if True:\n            return',
      ],
      ['probes go side by side', guard, 'not self._probe.acquire(blocking=False)', 'not self._probe.acquire()'],
      ['a lost store is an error', guard, 'except self._failures as error:', 'except ZeroDivisionError as error:'],
      ['a driver may wait for minutes', guard, 'if self.store.bounded:', 'if True:'],
      [
        'each failure is logged',
        guard,
        'if self._asked_again_at is None:\n                log',
        'if True:\n                log',
      ],
      ['the log shows what drivers say', guard, 'names.append(type(error).__name__)', 'names.append(str(error))'],
      [
        'a 503 page keeps what described the page before it',
        guard,
        '    for name in STALE:\n        response.headers.pop(name, None)\n',
        '',
      ],
      [
        'every request asks the store',
        face,
        '        if session.accessed:\n',
        '        session.load()\n        if session.accessed:\n',
      ],
    ],
  },
  {
    mitigation: 'sessions',
    test: 'test_local_store.py',
    weakened: [
      [
        'a dead session is still read',
        local,
        'WHERE key = ? AND expires > ?"\n            row',
        'WHERE key = ? AND ? > 0"\n            row',
      ],
      [
        'a dead session is revived by a write',
        local,
        'change = "UPDATE sessions SET value = ?, expires = ? WHERE key = ? AND expires > ?"',
        'change = "UPDATE sessions SET value = ?, expires = ? WHERE key = ? AND ? > 0"',
      ],
    ],
  },
  {
    mitigation: 'sessions',
    test: 'test_redis_store.py',
    weakened: [
      ['XX is dropped', redis, ', xx=True', ''],
      [
        'a session never expires',
        redis,
        'self.client.set(self.prefix + entry.key, entry.value, ex=entry.ttl)\n',
        'self.client.set(self.prefix + entry.key, entry.value)\n',
      ],
      [
        'the sessions of an owner are not indexed',
        redis,
        '                batch.zadd(index, {entry.key: now + self.index_ttl})\n',
        '',
      ],
      ['a silent Redis holds each page for long', client, 'TIMEOUT = 0.8 ', 'TIMEOUT = 5 '],
      [
        'a master that hangs keeps its connections',
        client,
        'retry = _once_more(redis.ConnectionError, redis.TimeoutError)',
        'retry = _once_more()',
      ],
      ['the app may send every command', rights, '-@all', '+@all'],
      ['the app may read what is not its own', rights, '~session:*', '~session:* ~other:*'],
      ['nobody needs a password', rights, 'user default off', 'user default on nopass ~* +@all'],
      ['the app needs no password', rights, '#PASSWORD_HASH', 'nopass'],
    ],
  },
  {
    mitigation: 'sessions',
    test: 'test_redis_address.py',
    weakened: [
      ['plain text to another host serves', address, 'if not address.tls and not near:', 'if False:'],
      ['a cluster may be anywhere in plain text', address, 'near = not address.kind and ', 'near = '],
      ['a certificate need not be valid', address, 'options["ssl_cert_reqs"] != "required" or ', ''],
      ['the name of a certificate need not fit', address, ' or not options["ssl_check_hostname"]', ''],
      [
        'a misspelt option is an error in each request',
        address,
        '        pool.connection_class(**options)  # not opened; made to hear what it does not take\n',
        '',
      ],
      ['an authority may be missing', address, 'if path and not os.access(path, os.R_OK):', 'if False:'],
      [
        'a refusal shows a part of the password',
        address,
        '    except ValueError:  # its text could be a part of a password\n        hosts = []\n',
        '    except ZeroDivisionError:\n        hosts = []\n',
      ],
    ],
  },
];
