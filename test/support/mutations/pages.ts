import { app, defences, type Group, security, settings } from './table.ts';

const headers = `${security}/headers.py`;
const reports = `${security}/reports.py`;
const csrf = `${security}/csrf.py`;
const values = `${security}/header_values.py`;
const base = `${app}/templates/base.html`;
const errors = `${app}/errors.py`;
const page = `${app}/templates/errors/page.html`;

/** What goes out: headers and error pages. */
export const pages: readonly Group[] = [
  {
    mitigation: 'headers',
    test: 'test_headers.py',
    // The exemption of its reports from csrf, and the headers of the page without sessions.
    alsoRed: ['test_csrf.py', 'test_sessions.py'],
    removal: [
      'no header is added',
      headers,
      '        return headers + [item for item in values if item[0].lower() not in present]\n',
      '        return headers\n',
    ],
    weakened: [
      [
        'the init call is gone',
        defences,
        '    headers.init_app(app)  # before everything that may refuse: a refusal carries them too\n',
        '',
      ],
      [
        'the policy has no nonce',
        headers,
        'content_security_policy_nonce_in=["script-src"]',
        'content_security_policy_nonce_in=[]',
      ],
      ['the nonce is always the same', headers, 'secrets.token_urlsafe(16)', '"AAAAAAAAAAAAAAAAAAAAAA"'],
      ['inline scripts run', values, '"script-src": ""', `"script-src": "'unsafe-inline'"`],
      ['everything from here is allowed', values, `"default-src": "'none'"`, `"default-src": "'self'"`],
      ['styles may come from anywhere', values, `"style-src": "'self'"`, '"style-src": "*"'],
      ['plug-ins run', values, `"object-src": "'none'"`, `"object-src": "'self'"`],
      ['a base element redirects links', values, `"base-uri": "'none'"`, `"base-uri": "'self'"`],
      ['forms may be sent elsewhere', values, `    "form-action": "'self'",\n`, ''],
      ['other sites may frame the app', values, `    "frame-ancestors": "'none'",\n`, ''],
      ['strings become markup', values, `    "require-trusted-types-for": "'script'",\n`, ''],
      ['own pages may frame the app', headers, 'frame_options=DENY', 'frame_options="SAMEORIGIN"'],
      ['types are guessed', values, '        "X-Content-Type-Options": "nosniff",\n', ''],
      ['other sites learn the address', values, 'REFERRER_POLICY = "same-origin"', 'REFERRER_POLICY = "unsafe-url"'],
      ['the camera is allowed', values, '        "camera",\n', ''],
      ['windows of other sites hold on', values, '    "Cross-Origin-Opener-Policy": "same-origin",\n', ''],
      [
        'other sites may embed answers',
        values,
        '"Cross-Origin-Resource-Policy": "same-origin"',
        '"Cross-Origin-Resource-Policy": "cross-origin"',
      ],
      ['HSTS is gone', headers, 'if self.strict_transport_security and context.request.is_secure:', 'if False:'],
      ['HSTS lasts a day', values, 'ONE_YEAR = 365 *', 'ONE_YEAR ='],
      ['HSTS binds hosts that nobody named', headers, '"HSTS_SCOPE", "host"', '"HSTS_SCOPE_", "preload"'],
      ['a setting binds too little', headers, '"subdomains": (True, False)', '"subdomains": (False, False)'],
      ['a setting binds too much', headers, '"subdomains": (True, False)', '"subdomains": (True, True)'],
      ['violations are not reported', values, '    "report-to": "reports",\n', ''],
      [
        'older browsers report no violations',
        values,
        '    "report-uri": REPORTS_PATH,  # for browsers that do not know report-to\n',
        '',
      ],
      ['nobody knows where to report', values, `        "Reporting-Endpoints": f'reports="{REPORTS_PATH}"',\n`, ''],
      ['plain HTTP is answered', `${settings}/production.py`, 'FORCE_HTTPS = True', 'FORCE_HTTPS = False'],
      [
        'anyone can claim HTTPS',
        headers,
        'if request.is_secure or ',
        'if request.headers.get("X-Forwarded-Proto") == "https" or request.is_secure or ',
      ],
      [
        'a page of one person may be cached',
        headers,
        '            values.append(("Cache-Control", "private, no-store"))  # ASVS 14.3.2',
        '            pass',
      ],
      ['a script has no nonce', base, 'nonce="{{ csp_nonce() }}" ', ''],
      ['a script is not checked', base, ` integrity="{{ sri('js/app.js') }}"`, ''],
      ['a page has an inline handler', base, '<main id="content">', '<main id="content" onclick="go()">'],
      [
        'integrity is computed outside the folder',
        `${security}/sri.py`,
        'safe_join(current_app.static_folder or "", filename)',
        'f"{current_app.static_folder}/{filename}"',
      ],
    ],
  },
  {
    mitigation: 'headers',
    test: 'test_reports.py',
    weakened: [
      ['reports are not counted', reports, '    rate_limits.check("REPORTS_PER_ADDRESS", rate_limits.client())\n', ''],
      ['reports are read whatever their type', reports, 'if request.mimetype not in {BATCH, SINGLE}:', 'if False:'],
      [
        'reports are read whatever their size',
        reports,
        '    request.max_content_length = MAX_BYTES  # before a byte is read\n',
        '',
      ],
      ['a batch has no bound', reports, 'parsed[:MAX_REPORTS]', 'parsed'],
      ['a value has no bound', reports, '[:MAX_LENGTH]', ''],
      ['a deep report is a crash', reports, ', RecursionError)', ')'],
      ['a malformed report is a crash', reports, '(ValueError, TypeError, LookupError, ', '(ValueError, '],
      ['queries of addresses are logged', reports, 're.split("[?#]", text, maxsplit=1)[0]', 'text'],
      ['users of addresses are logged', reports, 're.sub(r"//[^/]*@", "//", ', 're.sub("//@", "//", '],
      ['any value is written out', reports, 'str(value) if isinstance(value, str | int) else ""', 'str(value)'],
      ['reports need a token', csrf, 'request.endpoint in EXEMPTIONS:', 'request.endpoint == "x":'],
      ['a report is answered with a page', reports, 'return "", 204', 'return "thanks", 200'],
      ['reports are taken by GET', reports, 'methods=["POST"]', 'methods=["POST", "GET"]'],
      [
        'a report starts a session',
        reports,
        '    rate_limits.check("REPORTS_PER_ADDRESS"',
        '    __import__("flask").session["seen"] = 1\n    rate_limits.check("REPORTS_PER_ADDRESS"',
      ],
      ['every report is a violation', reports, 'violation = kind == "csp-violation"', 'violation = True'],
    ],
  },
  {
    mitigation: 'errors',
    test: 'test_errors.py',
    removal: ['the init call is gone', `${app}/__init__.py`, '    errors.init_app(app)\n', ''],
    weakened: [
      [
        'an error page shows the exception',
        errors,
        '    body = problem if wants_json() else page\n',
        '    advice = repr(getattr(error, "original_exception", None) or advice)\n    body = problem if wants_json() else page\n',
      ],
      [
        'an error page shows the traceback',
        errors,
        '    body = problem if wants_json() else page\n',
        '    advice += __import__("traceback").format_exc() if error.code == 500 else ""\n    body = problem if wants_json() else page\n',
      ],
      ['the reason of a 5xx is shown', errors, 'if error.code < 500 and error.description', 'if error.description'],
      ['words of a view are markup', page, '{{ advice }}', '{{ advice|safe }}'],
      ['errors may be cached', errors, '    response.headers["Cache-Control"] = "no-store"\n', ''],
      ['programs get pages', errors, '    body = problem if wants_json() else page\n', '    body = page\n'],
      ['a cache mixes pages and problems', errors, '    response.vary.add("Accept")\n', ''],
      ['the headers of the protocol are lost', errors, '    response.headers.update(headers)\n', ''],
      ['a broken page is a second error', errors, 'except TemplateError:', 'except ZeroDivisionError:'],
      [
        'the page runs what every page runs',
        errors,
        '    values = {"code": code, "title": title, "advice": advice, "request_id": request_id()}\n',
        '    values = {"code": code, "title": title, "advice": advice, "request_id": request_id()}\n    current_app.update_template_context(values)\n',
      ],
      [
        'a crash is not logged',
        errors,
        '    app.register_error_handler(HTTPException, answer)',
        '    app.register_error_handler(HTTPException, answer)\n    app.log_exception = lambda _: None',
      ],
    ],
  },
];
