import { app, type Group } from './table.ts';

const limits = `${app}/rate_limits.py`;
const counters = `${app}/counters.py`;
const logs = `${app}/logs.py`;
const format = `${app}/log_format.py`;
const account = `${app}/examples/account.py`;

/** What the base app has whatever is chosen: rate limits, logs, and the sign-in of the examples. */
export const base: readonly Group[] = [
  {
    mitigation: 'app',
    test: 'tests/test_rate_limits.py',
    weakened: [
      ['one too many passes', limits, '    raise TooManyRequests(retry_after=wait)', '    return'],
      ['nobody is told when to come back', limits, 'TooManyRequests(retry_after=wait)', 'TooManyRequests()'],
      [
        'a refused try prolongs the wait',
        counters,
        '    if limiter.hit(item, *key):',
        '    limiter.storage.acquire_entry("x" + item.key_for(*key), 99, 999)\n    if len(limiter.storage.events["x" + item.key_for(*key)]) < 4:',
      ],
      [
        'a client names its address',
        limits,
        'ip_address(request.remote_addr or "")',
        'ip_address(request.headers.get("X-Forwarded-For", request.remote_addr or "").split(",")[0])',
      ],
      ['each address of a network counts alone', limits, '(address, 64), strict', '(address, 128), strict'],
      ['a network is a whole provider', limits, '(address, 64), strict', '(address, 32), strict'],
      ['an old address in new clothes is another', limits, 'address.ipv4_mapped or ', ''],
      ['without an address all are one client', limits, '    if not who:', '    if False:'],
      ['spelling makes another account', limits, 'who.strip().casefold()', 'who'],
      ['names are kept as they were typed', limits, 'return hashlib.sha256(', 'return who or hashlib.sha256('],
      [
        'every refusal is logged',
        limits,
        '    if counters.is_first(SAID, limit, key):\n        about',
        '    if True:\n        about',
      ],
      [
        'no refusal is logged',
        limits,
        '    if counters.is_first(SAID, limit, key):\n        about',
        '    if False:\n        about',
      ],
      [
        'a limit that cannot be read is found too late',
        limits,
        '        item_of(app.config.setdefault(key, value))',
        '        app.config.setdefault(key, value)',
      ],
      [
        'a lost storage is a crash',
        counters,
        '        except self.errors as error:',
        '        except ZeroDivisionError as error:',
      ],
      [
        'a lost storage lets all pass',
        counters,
        '            return _take(self.here, item, *key)\n        self',
        '            return 0\n        self',
      ],
      [
        'a lost storage is asked each time',
        counters,
        '            self._lost_until = time.monotonic() + PAUSE\n            # The type',
        '            # The type',
      ],
      ['the reason is logged with its address', counters, 'type(error).__name__', 'error'],
      [
        'a storage that is back is not used',
        counters,
        '        if time.monotonic() < self._lost_until:',
        '        if self._lost_until:',
      ],
      [
        'each process counts alone',
        counters,
        '        return Counters(lambda: RedisCounters(store.client), RedisStore.errors)',
        '        return Counters()',
      ],
    ],
  },
  {
    mitigation: 'app',
    test: 'tests/test_account.py',
    weakened: [
      [
        'one host may try many accounts',
        account,
        '    rate_limits.check("SIGN_IN_PER_ADDRESS", rate_limits.client())\n',
        '',
      ],
      [
        'many hosts may try one account',
        account,
        '    rate_limits.check("SIGN_IN_PER_ACCOUNT", form.name.data or "")\n',
        '',
      ],
      [
        'a failed sign-in is not logged',
        account,
        '        security_event("authn_login_fail", who or "unknown", message="sign-in failed")\n',
        '',
      ],
      ['a failed sign-in is logged as it was typed', account, 'who or "unknown", message', 'form.name.data, message'],
      [
        'a sign-in is not logged',
        account,
        '    security_event("authn_login_success", user.id, level=logging.INFO, message="signed in")\n',
        '',
      ],
      [
        'a sign-out is not logged',
        account,
        '    security_event("session_logout", who, level=logging.INFO, message="signed out")\n',
        '',
      ],
      ['a sign-out leaves the cache', account, `'"cache", "storage"'`, `'"storage"'`],
      ['a sign-out hides a cookie that stays', account, `'"cache", "storage"'`, `'"cache", "cookies", "storage"'`],
      ['a user has no name', account, 'if not name.strip() or ', 'if '],
      ['a user has a name that cannot be seen', account, ' or not name.isprintable()', ''],
    ],
  },
  {
    mitigation: 'app',
    test: 'tests/test_logs.py',
    weakened: [
      [
        'control characters stay',
        format,
        'c if c.isprintable() else c.encode("unicode_escape").decode() for c in text',
        'c for c in text',
      ],
      [
        'a traceback is not looked at',
        format,
        'shown(each, hidden) for each in self.traceback(record)',
        'each for each in self.traceback(record)',
      ],
      [
        'lists are not looked at',
        format,
        'isinstance(value, bool | int | float | None)',
        'isinstance(value, bool | int | float | list | None)',
      ],
      ['a traceback looks like lines of the log', format, '"\\n    ".join', '"\\n".join'],
      ['colours are logged', format, '    text = COLOURS.sub("", text)\n', ''],
      ['secrets are logged', format, '        text = text.replace(secret, "[secret]")', '        pass'],
      ['the key is logged', format, 'keys = [config.get("SECRET_KEY"), ', 'keys = ['],
      ['older keys are logged', format, '*(config.get("SECRET_KEY_FALLBACKS") or [])', ''],
      ['passwords of addresses are logged', format, 'yield from (word, unquote(word))', 'yield from ()'],
      ['passwords are logged as they are meant', format, '(word, unquote(word))', '(word,)'],
      [
        'cookies are logged',
        format,
        '        yield from (value for value in request.cookies.values() if len(value) >= 16)',
        '        yield from ()',
      ],
      [
        'an event can replace the level',
        format,
        'getattr(record, "event", {}) | entry',
        'entry | getattr(record, "event", {})',
      ],
      ['query strings are logged', format, '"path": request.path}', '"path": request.full_path}'],
      ['times are those of the host', format, 'fromtimestamp(record.created, UTC)', 'fromtimestamp(record.created)'],
      ['an event has no name', logs, 'extra={"event": {"event": name, ', 'extra={"event": {'],
      ['a value of an event becomes two', logs, ".replace(',', ' ')", ''],
      ['any id is taken over', logs, 'if ACCEPTED.fullmatch(given)', 'if given'],
      ['the id of the proxy is lost', logs, 'given if ACCEPTED.fullmatch(given) else secrets', 'secrets'],
      ['lines do not know their request', format, '"request_id": self.request_id(), ', ''],
      ['lines do not know their client', format, ', "source_ip": request.remote_addr}', '}'],
      ['the id is not sent', logs, '    app.after_request(send_request_id)\n', ''],
    ],
  },
  {
    mitigation: 'app',
    test: 'tests/test_health.py',
    weakened: [
      [
        'a check touches the session',
        `${app}/health.py`,
        '    """Answer as long as the process can answer."""\n',
        '    """Answer as long as the process can answer."""\n    __import__("flask").session.get("x")\n',
      ],
      ['readiness does not fail', `${app}/health.py`, '503 if failed else 200', '200'],
    ],
  },
];
