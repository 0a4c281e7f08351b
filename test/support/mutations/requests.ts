import { app, defences, type Group, gate, security, settings } from './table.ts';

const csrf = `${security}/csrf.py`;
const expired = `${app}/expired_forms.py`;
const expiredPage = `${app}/templates/expired_form.html`;
const cookies = `${security}/cookies.py`;
const production = `${settings}/production.py`;

/** What guards a request: the token, its origin, and the cookies it carries. */
export const requests: readonly Group[] = [
  {
    mitigation: 'csrf',
    test: 'test_csrf.py',
    removal: [
      'no token is asked for',
      csrf,
      '        current_app.extensions["csrf"].protect(apply_exemptions=True)\n',
      '',
    ],
    weakened: [
      [
        'the init call is gone',
        defences,
        '    csrf.init_app(app, extensions.csrf)  # after sessions: the token lies in the session\n',
        '',
      ],
      ['the origin is not checked', csrf, '        check_origin()\n', ''],
      [
        'a Referer from elsewhere passes',
        csrf,
        'request.headers.get("Origin") or referer or None',
        'request.headers.get("Origin")',
      ],
      ['Sec-Fetch-Site is not read', csrf, '(site in SAME and is_ours(origin))', 'is_ours(origin)'],
      [
        'a sibling site may post',
        csrf,
        'SAME = {"same-origin", "none"}',
        'SAME = {"same-origin", "same-site", "none"}',
      ],
      ['the origin null passes', csrf, 'if origin in {None, here}:', 'if origin in {None, "null", here}:'],
      [
        'plain HTTP of the same host passes',
        csrf,
        'if origin in {None, here}:',
        'if origin in {None, f"http://{request.host}", here}:',
      ],
      ['any port of the host passes', csrf, 'return known and without_port', 'return without_port'],
      [
        'any host passes that a browser calls ours',
        csrf,
        'return known and without_port(origin or "") == without_port(here)',
        'return known',
      ],
      [
        'a view is exempt without being listed',
        csrf,
        '    app.after_request(keep_out_of_caches)\n',
        '    app.after_request(keep_out_of_caches)\n    protect.exempt("acme_portal.main.routes.send_message")\n',
      ],
      [
        'a view is exempt that does not exist',
        csrf,
        'EXEMPTIONS: dict[str, str] = {\n',
        'EXEMPTIONS: dict[str, str] = {\n    "main.gone": "it was here in an older version",\n',
      ],
      [
        'a view is listed without a reason',
        csrf,
        'EXEMPTIONS: dict[str, str] = {\n',
        'EXEMPTIONS: dict[str, str] = {\n    "main.sent": "",\n',
      ],
      [
        'views are exempt by the names of their functions',
        csrf,
        'request.endpoint in EXEMPTIONS:',
        'current_app.view_functions[request.endpoint or "static"].__name__ in {current_app.view_functions[each].__name__ for each in EXEMPTIONS if each in current_app.view_functions}:',
      ],
      [
        'a whole blueprint is exempt',
        `${app}/main/routes.py`,
        'blueprint = Blueprint("main", __name__)\n',
        'blueprint = Blueprint("main", __name__)\n__import__("acme_portal").extensions.csrf.exempt(blueprint)\n',
      ],
      [
        'only POST is checked',
        csrf,
        '    "WTF_CSRF_TIME_LIMIT": None,',
        '    "WTF_CSRF_TIME_LIMIT": None,\n    "WTF_CSRF_METHODS": {"POST"},',
      ],
      ['older keys do not sign tokens', csrf, '*(app.config.get("SECRET_KEY_FALLBACKS") or []), ', ''],
      ['a page with a token may be cached', csrf, '    app.after_request(keep_out_of_caches)\n', ''],
      [
        'a refusal of another site is not logged',
        csrf,
        '    log.warning("cross-site request refused", extra={"event": event})\n',
        '',
      ],
      ['an expired form is lost', expired, '    if is_expired(error):', '    if False:'],
      [
        'an expired form of another site comes back',
        expired,
        'isinstance(error, csrf.CrossSiteError) or request.method',
        'request.method',
      ],
      ['an expired form comes back to whoever sends it', expired, '    if not ours or not', '    if not'],
      ['an expired form comes back to programs', expired, ' or not request.accept_mimetypes.accept_html:', ':'],
      [
        'a form with any token comes back',
        expired,
        '    except BadData:\n        return False\n',
        '    except BadData:\n        return True\n',
      ],
      ['an expired form comes back whatever its size', expired, 'if len(fields) <= MAX_FIELDS:', 'if fields:'],
      [
        'an expired form comes back with its passwords',
        expired,
        '            yield Field(name, "", "password")',
        '            yield Field(name, value, "password")',
      ],
      ['a password is known by its name only', expired, ' or name.rpartition("-")[2] in password_fields():', ':'],
      ['a password is known by the class of its field only', expired, 'if SECRET.search(name) or ', 'if '],
      [
        'an expired form comes back with its files',
        expired,
        '    yield from (Field(name, "", "file") for name in request.files)',
        '    yield from (Field(name, str(file.filename), "file") for name, file in request.files.items())',
      ],
      [
        'what was typed is markup',
        expiredPage,
        '\n{{ field.value }}</textarea>',
        '\n{{ field.value|safe }}</textarea>',
      ],
      [
        'what was typed breaks out of its attribute',
        expiredPage,
        'value="{{ field.value }}"',
        'value="{{ field.value|safe }}"',
      ],
      ['the first line break is lost', expiredPage, '">\n{{ field.value }}', '">{{ field.value }}'],
      [
        'an expired form gets no new token',
        expiredPage,
        '  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">\n',
        '',
      ],
      [
        'an expired form is called an attack',
        expired,
        '            security_event("session_expired", *about, level=logging.INFO, message="form expired")\n            return',
        '            return',
      ],
      [
        'a refused token is not logged',
        expired,
        '        security_event("malicious_csrf", request.remote_addr, message=error.description or "")',
        '        pass',
      ],
      [
        'a refusal of another site is logged twice',
        expired,
        '    if not isinstance(error, csrf.CrossSiteError):  # that one is logged already',
        '    if True:',
      ],
    ],
  },
  {
    mitigation: 'cookies',
    test: 'test_cookies.py',
    removal: ['the init call is gone', defences, '    cookies.init_app(app)\n', ''],
    weakened: [
      ['scripts may read cookies', cookies, 'httponly: bool = True', 'httponly: bool = False'],
      ['Secure can be forgotten', cookies, 'secure=secure or config["SESSION_COOKIE_SECURE"]', 'secure=secure'],
      [
        'SameSite can be forgotten',
        cookies,
        'samesite=samesite or config["SESSION_COOKIE_SAMESITE"]',
        'samesite=samesite',
      ],
      ['a cookie is deleted without HttpOnly', cookies, '        attributes.setdefault("httponly", True)\n', ''],
      ['own cookies lose the prefix', cookies, 'HOST_PREFIX + word if', 'word if'],
      ['the gate does not look', gate, '    cookies.problems,\n', ''],
      ['SameSite=None serves', cookies, 'not in {"Lax", "Strict"}', 'not in {"Lax", "Strict", "None"}'],
      ['a missing SameSite serves', cookies, 'not in {"Lax", "Strict"}', 'not in {"Lax", "Strict", None}'],
      ['an insecure cookie serves', cookies, 'not config["SESSION_COOKIE_SECURE"] or ', ''],
      ['a readable cookie serves', cookies, ' or not config["SESSION_COOKIE_HTTPONLY"]', ''],
      ['a cookie for all subdomains serves', cookies, 'config["SESSION_COOKIE_DOMAIN"] or ', ''],
      ['HttpOnly is off', `${settings}/base.py`, 'SESSION_COOKIE_HTTPONLY = True', 'SESSION_COOKIE_HTTPONLY = False'],
      [
        'SameSite is None',
        `${settings}/base.py`,
        'SESSION_COOKIE_SAMESITE = "Lax"',
        'SESSION_COOKIE_SAMESITE = "None"',
      ],
      ['Secure is off in production', production, 'SESSION_COOKIE_SECURE = True', 'SESSION_COOKIE_SECURE = False'],
      ['the name has no prefix', production, '"__Host-session"', '"session"'],
    ],
  },
];
