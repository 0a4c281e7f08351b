import { app, defences, type Group, gate, security, settings } from './table.ts';

const csrf = `${security}/csrf.py`;
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
      '    "WTF_CSRF_TIME_LIMIT": None,',
      '    "WTF_CSRF_TIME_LIMIT": None,\n    "WTF_CSRF_CHECK_DEFAULT": False,',
    ],
    weakened: [
      [
        'the init call is gone',
        defences,
        '    csrf.init_app(app, extensions.csrf)  # after sessions: the token lies in the session\n',
        '',
      ],
      ['the origin is not checked', csrf, '    app.before_request(check_origin)\n', ''],
      ['a Referer from elsewhere passes', csrf, ' or _origin(request.headers.get("Referer"))', ''],
      ['Sec-Fetch-Site is not read', csrf, ' or site not in SAME', ''],
      [
        'a sibling site may post',
        csrf,
        'SAME = {"same-origin", "none"}',
        'SAME = {"same-origin", "same-site", "none"}',
      ],
      ['the origin null passes', csrf, 'if origin not in {None, f"', 'if origin not in {None, "null", f"'],
      [
        'plain HTTP of the same host passes',
        csrf,
        'origin not in {None, f"{request.scheme}',
        'origin not in {None, f"http://{request.host}", f"{request.scheme}',
      ],
      [
        'a view is exempt without being listed',
        csrf,
        'for view in EXEMPTIONS:',
        'for view in (*EXEMPTIONS, "acme_portal.main.routes.send_message"):',
      ],
      [
        'a view is listed without a reason',
        csrf,
        'EXEMPTIONS: dict[str, str] = {}',
        'EXEMPTIONS: dict[str, str] = {"acme_portal.main.routes.sent": ""}',
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
