import { defences, type Group, gate, security } from './table.ts';

const module = `${security}/sessions.py`;
const face = `${security}/session_interface.py`;
const state = `${security}/session_state.py`;
const local = `${security}/stores/local.py`;
const redis = `${security}/stores/redis.py`;
const guard = `${security}/stores/guard.py`;

/** What a session promises, with every store. */
export const sessions: readonly Group[] = [
  {
    mitigation: 'sessions',
    test: 'test_sessions.py',
    removal: ['the init call is gone', defences, '    sessions.init_app(app)\n', ''],
    // The same defence against a Redis, and an example whose button signs out everywhere.
    alsoRed: ['test_redis_store.py', 'test_account.py'],
    weakened: [
      ['the store knows the id itself', state, 'return hashlib.sha256(sid.encode()).hexdigest()', 'return sid'],
      ['an id is short', state, 'return secrets.token_urlsafe(32)', 'return secrets.token_urlsafe(8)'],
      ['pickle is back', state, 'return _DECODER.decode(value)', 'return __import__("pickle").loads(value)'],
      ['pickle is imported', module, 'from typing import cast\n', 'from typing import cast\nimport pickle\n'],
      [
        'any object is stored',
        state,
        '    raise TypeError(f"a session',
        '    return repr(value)\n    raise TypeError(f"a session',
      ],
      [
        'an id of the client is adopted',
        face,
        '        if record is not None and record["created"] > oldest:',
        '        session.sid = sid\n        if record is not None and record["created"] > oldest:',
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
      ['no session is too old', face, ' and record["created"] > oldest', ''],
      ['signing in does not start the clock anew', face, '            session.created = 0\n', ''],
      [
        'visitors stay as long as users',
        state,
        '"SESSION_IDLE_LIFETIME" if owner else "SESSION_ANONYMOUS_LIFETIME"',
        '"SESSION_IDLE_LIFETIME"',
      ],
      ['an idle hour outlives the absolute end', state, 'min(left, idle)', 'idle'],
      [
        'the cookie is deleted without its attributes',
        `${security}/session_cookie.py`,
        'response.delete_cookie(interface.get_cookie_name(app), **_attributes(app, interface))',
        'response.delete_cookie(interface.get_cookie_name(app))',
      ],
      ['signing out everywhere does nothing', module, 'return _interface().store.delete_owned(str(owner))', 'return 0'],
      ['production takes the embedded store', module, 'if app.config["SESSION_STORE"] == "embedded":', 'if False:'],
      ['the gate does not look', gate, '    sessions.problems,\n', ''],
      [
        'the embedded store is readable for all',
        local,
        'os.O_CREAT | os.O_RDWR, 0o600',
        'os.O_CREAT | os.O_RDWR, 0o644',
      ],
      ['a lost store is asked by every request', guard, 'if time.monotonic() < self._asked_again_at:', 'if False:'],
      ['a lost store is an error', guard, 'except self.store.errors as error:', 'except ZeroDivisionError as error:'],
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
        'plain text to another host serves',
        redis,
        'if parts.scheme == "redis" and parts.hostname not in LOOPBACK:',
        'if False:',
      ],
      ['a certificate need not be valid', redis, 'query.get("ssl_cert_reqs") == "none" or ', ''],
      ['the name of a certificate need not fit', redis, ' or query.get("ssl_check_hostname") == "false"', ''],
      [
        'a session never expires',
        redis,
        'entry.value, ex=entry.ttl)\n            batch.execute()',
        'entry.value)\n            batch.execute()',
      ],
      [
        'the sessions of an owner are not indexed',
        redis,
        '            batch.zadd(index, {entry.key: now + self.index_ttl})\n',
        '',
      ],
      ['a silent Redis holds each page for long', redis, 'TIMEOUT = 1 ', 'TIMEOUT = 5 '],
    ],
  },
];
