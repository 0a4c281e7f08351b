import { app, defences, type Group, security, settings } from './table.ts';

const headers = `${security}/headers.py`;
const values = `${security}/header_values.py`;
const base = `${app}/templates/base.html`;
const errors = `${app}/errors.py`;
const page = `${app}/templates/errors/page.html`;
const templating = `${security}/templating.py`;
const sandbox = `${security}/sandbox.py`;

/** What goes out: headers, error pages and markup. */
export const pages: readonly Group[] = [
  {
    mitigation: 'headers',
    test: 'test_headers.py',
    removal: [
      'no header is added',
      headers,
      '        headers._list.extend(item for item in values if item[0].lower() not in present)\n',
      '',
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
      ['HSTS is gone', headers, 'if self.strict_transport_security and request.is_secure:', 'if False:'],
      ['HSTS lasts a day', values, 'ONE_YEAR = 365 *', 'ONE_YEAR ='],
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
        '            headers["Cache-Control"] = "private, no-store"  # ASVS 14.3.2',
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
  {
    mitigation: 'templating',
    test: 'test_templating.py',
    removal: ['the init call is gone', defences, '    templating.init_app(app)\n', ''],
    weakened: [
      [
        'a template that is not .html is not escaped',
        templating,
        'default=True, default_for_string',
        'default=False, default_for_string',
      ],
      ['a template given as text is not escaped', templating, 'default_for_string=True', 'default_for_string=False'],
      [
        'a page shows a value as markup',
        `${app}/templates/main/sent.html`,
        '{% block content %}',
        '{% block content %}{{ title|safe }}',
      ],
      [
        'code marks a value as safe',
        `${app}/main/routes.py`,
        '    deliver(form)\n',
        '    deliver(form)\n    __import__("markupsafe").Markup(form.name.data)\n',
      ],
      ['sanitize cleans nothing', templating, 'return Markup(clean)', 'return Markup(html or "")'],
      ['pictures pass', templating, '"hr", "i",', '"hr", "i", "img",'],
      [
        'styles pass',
        templating,
        'ATTRIBUTES = {"a": {"href", "title"}}',
        'ATTRIBUTES = {"a": {"href", "title"}, "p": {"style"}}',
      ],
      ['links may run script', templating, '"https", "mailto"}', '"https", "mailto", "javascript"}'],
      ['links say where they come from', templating, 'link_rel="noopener noreferrer nofollow ugc"', 'link_rel=None'],
      ['comments pass', templating, 'strip_comments=True', 'strip_comments=False'],
      [
        'the sandbox is not immutable',
        sandbox,
        'class Sandbox(ImmutableSandboxedEnvironment)',
        'class Sandbox(ImmutableSandboxedEnvironment.__bases__[0])',
      ],
      ['attributes can be read', sandbox, '        return False\n', '        return True\n'],
      ['the sandbox does not escape', sandbox, 'autoescape=True', 'autoescape=False'],
      ['a missing value is empty', sandbox, 'undefined=StrictUndefined, ', ''],
      ['globals are there', sandbox, '    environment.globals.clear()\n', ''],
      ['constructs are not inspected', sandbox, '        _inspect(tree)\n', ''],
      ['a template may assign', sandbox, 'nodes.Operand,', 'nodes.Operand, nodes.Assign,'],
      [
        'operators work on anything',
        sandbox,
        '        if not numbers or max(abs(left), abs(right)) > MAX_NUMBER:',
        '        if False:',
      ],
      ['powers are unbounded', sandbox, 'if operator == "**" and abs(right) > 16:', 'if False:'],
      ['loops are unbounded', sandbox, 'if steps > MAX_STEPS:', 'if False:'],
      ['output is unbounded', sandbox, 'if size > MAX_OUTPUT:', 'if False:'],
      ['the source is unbounded', sandbox, 'if len(source) > MAX_SOURCE:', 'if False:'],
      [
        'objects get into the sandbox',
        sandbox,
        '    raise TypeError(f"{type(value).__name__} is no plain data")',
        '    return value',
      ],
    ],
  },
];
