import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import cookies from '../../generators/cookies/wiring.ts';
import { policyOf } from '../../generators/headers/policy.ts';
import headers from '../../generators/headers/wiring.ts';
import { readApp } from '../../src/flask/read.ts';
import type { ByHand, Change, SpliceChange, Wiring } from '../../src/mitigation.ts';
import { applySplices } from '../../src/source/splice.ts';
import { sourceOf } from '../../src/source/text.ts';
import { tree } from '../support/tree.ts';

const app = (views = '') =>
  `from flask import Flask, render_template, render_template_string\n\napp = Flask(__name__)\n\n@app.get("/")\ndef index():\n    return render_template("page.html")\n${views}`;

const sha = (code: string) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;

async function policy(files: Record<string, string>) {
  const { directives, open } = policyOf(await readApp(tree({ 'app.py': app(), ...files })));
  return { of: (name: string) => [...(directives.get(name)?.keys() ?? [])], open };
}

/** The file after what the wiring puts into it, and the steps by hand. */
async function wired(wiring: Wiring, file: string, files: Record<string, string>) {
  const all = { 'app.py': app(), ...files };
  const changes: (Change | ByHand)[] = [
    ...wiring({ app: await readApp(tree(all)), answers: {}, chosen: new Set(), templates: [] }),
  ];
  const splices = changes.filter((each): each is SpliceChange => each.kind === 'splice' && each.file === file);
  const byHand = changes.filter((each): each is ByHand => each.kind === 'by-hand');
  const settings = changes.flatMap((each) => (each.kind === 'setting' ? [`${each.tier} ${each.key}`] : []));
  return { text: applySplices(sourceOf(file, all[file as 'app.py'] ?? ''), splices), byHand, settings };
}

describe('the policy of an app that exists', () => {
  it('names the folder of a script where that has a version, else the script itself, and the hosts of the rest', async () => {
    const { of } = await policy({
      'templates/page.html': `<!doctype html><link rel="stylesheet" href="https://cdn.x.org/a@1/a.css">
<script src="https://cdn.x.org/npm/bootstrap@5.3.0/dist/js/b.js"></script><script src="https://cdn.x.org/jquery.js"></script>
<img src="//pics.x.org/a.png"><iframe src="https://www.youtube.com/embed/1"></iframe>`,
    });
    expect(of('script-src')).toEqual([
      "'self'",
      'https://cdn.x.org/npm/bootstrap@5.3.0/dist/js/',
      'https://cdn.x.org/jquery.js',
    ]);
    expect(of('style-src')).toEqual(["'self'", 'https://cdn.x.org']);
    expect(of('font-src')).toContain('https://cdn.x.org');
    expect(of('img-src')).toContain('pics.x.org');
    expect(of('frame-src')).toEqual(['https://www.youtube.com', "'self'"]);
    expect(of('object-src')).toEqual(["'none'"]);
    expect(of('frame-ancestors')).toEqual(["'none'"]);
  });

  it('reads style sheets and scripts of the static folder, the latter where a page loads them', async () => {
    const { of } = await policy({
      'templates/page.html': `<!doctype html><script src="{{ url_for('static', filename='app.js') }}"></script>`,
      'static/app.css':
        '@import "https://fonts.googleapis.com/css?family=A"; @font-face { src: url(https://f.x.org/a) }',
      'static/app.js': 'fetch("https://api.x.org/v1"); new WebSocket("wss://ws.x.org/"); // "https://no.x.org"',
      'static/unused.js': 'fetch("https://unused.x.org/")',
    });
    expect(of('style-src')).toContain('https://fonts.googleapis.com');
    expect(of('font-src')).toEqual(expect.arrayContaining(['https://fonts.gstatic.com', 'https://f.x.org']));
    expect(of('connect-src')).toEqual(["'self'", 'https://api.x.org', 'wss://ws.x.org']);
  });

  it('is the same once a script of a computed address has its nonce', async () => {
    const page = (nonce: string) => `<!doctype html><script${nonce} src="{{ bust('a.js') }}"></script>`;
    for (const nonce of ['', ' nonce="{{ csp_nonce() }}"'])
      expect((await policy({ 'templates/page.html': page(nonce) })).of('script-src')).toEqual(["'self'"]);
  });

  it('knows nothing of sample pages in the static folder, and lists other pages of a library as one step', async () => {
    const page = '<!doctype html><script>a(location)</script><p onclick="b(event)"></p>'.repeat(12);
    const files = { 'static/editor/samples/a.html': page, 'static/editor/dialogs/b.html': '<!doctype html>' };
    expect((await policy(files)).of('script-src')).toEqual(["'self'"]);
    const many = Array.from({ length: 20 }, (_, at) => `<p onclick="b(${at})"></p>`).join('');
    const { byHand } = await wired(headers, 'app.py', { ...files, 'static/editor/dialogs/b.html': many });
    const twice = '<!doctype html>{% if a %}<p onclick="{% if b %}" onfocus="{% endif %}"></p>{% endif %}';
    const own = await wired(headers, 'app.py', { 'templates/page.html': twice });
    expect(own.byHand.map(({ what }) => what)).toEqual([expect.stringMatching(/^This event handler/)]);
    expect(byHand.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^20 scripts and event handlers in pages below static\/editor\/ can have no nonce/),
    ]);
  });

  it('allows style attributes alone and keeps its nonce for elements', async () => {
    const { of, open } = await policy({
      'templates/page.html': '<!doctype html><p style="color: red">a</p><style>p {}</style>',
    });
    expect(of('style-src-attr')).toEqual(["'unsafe-inline'"]);
    expect(of('style-src')).toEqual(["'self'"]);
    expect(open).toEqual([]);
  });

  it('allows constant handlers and addresses by their hash', async () => {
    const { of, open } = await policy({
      'templates/page.html': `<!doctype html><a onclick="return confirm(&quot;Sure?&quot;)" href="javascript:void(0)">a</a>`,
    });
    expect(of('script-src')).toEqual([
      "'self'",
      "'unsafe-hashes'",
      sha('return confirm("Sure?")'),
      sha('javascript:void(0)'),
    ]);
    expect(open).toEqual([]);
  });

  it('is the same once filters stand around handlers that are too many for hashes', async () => {
    const many = Array.from({ length: 20 }, (_, at) => `<p onclick="a(${at})"></p>`).join('');
    const files = {
      'app.py': app('\n@app.get("/x")\ndef x():\n    return "<html><p onclick=\'b()\'></p></html>"\n'),
      'templates/page.html': `<!doctype html>${many}`,
    };
    const { text } = await wired(headers, 'templates/page.html', files);
    expect(text.match(/own_code/g)).toHaveLength(20);
    for (const page of [files['templates/page.html'], text])
      expect((await policy({ ...files, 'templates/page.html': page })).of('script-src')).toEqual([
        "'self'",
        "'unsafe-hashes'",
        sha('b()'),
      ]);
  });

  it('is worked out below a banner of number signs', async () => {
    const banner = `${'#'.repeat(78)}\nX = 1\n`;
    const { of } = await policy({ 'app.py': `${banner}page = "<script src='https://x.org/a.js'></script>"\n${app()}` });
    expect(of('script-src')).toEqual(["'self'", 'https://x.org/a.js']);
  });

  it('is open to scripts in pages only where one can be marked in no way', async () => {
    const { of, open } = await policy({
      'app.py': app('\n@app.get("/x")\ndef x(name):\n    return f"<html><script>greet({name!r})</script></html>"\n'),
      'templates/page.html': '<!doctype html>',
    });
    expect(open.map(({ file, line }) => `${file}:${line}`)).toEqual(['app.py:11']);
    expect(of('script-src')).toEqual(["'self'", "'unsafe-inline'"]);
  });
});

describe('the nonces in an app that exists', () => {
  it('go into the inline scripts and styles of templates, and filters around computed handlers', async () => {
    const page = `<!doctype html>\r\n<style>p {}</style><script type="application/json">{}</script>\r\n<script>a({{ b }})</script><b onclick="c({{ d }})">e</b>`;
    const { text } = await wired(headers, 'templates/page.html', { 'templates/page.html': page });
    expect(text).toBe(
      `<!doctype html>\r\n<style nonce="{{ csp_nonce() }}">p {}</style><script type="application/json">{}</script>\r\n<script nonce="{{ csp_nonce() }}">a({{ b }})</script><b onclick="{% filter own_code %}c({{ d }}){% endfilter %}">e</b>`,
    );
    expect((await wired(headers, 'templates/page.html', { 'templates/page.html': text })).text).toBe(text);
  });

  it('go into templates in strings, with the quotes that fit', async () => {
    const code = `from flask import Flask, render_template_string\napp = Flask(__name__)\nPAGE = "<html><script>a()</script></html>"\n\n@app.get("/")\ndef index():\n    return render_template_string(PAGE)\n`;
    const { text } = await wired(headers, 'app.py', { 'app.py': code });
    expect(text).toContain(`"<html><script nonce='{{ csp_nonce() }}'>a()</script></html>"`);
  });

  it('go into what libraries print', async () => {
    const { text } = await wired(headers, 'templates/page.html', {
      'app.py': `from flask_moment import Moment\n${app()}`,
      'templates/page.html': '<!doctype html>{{ moment.include_moment() }}',
    });
    expect(text).toBe('<!doctype html>{{ moment.include_moment() | nonced("flask_moment") }}');
  });

  it('say whose scripts can have none, so that only pages with them allow all that stands there', async () => {
    const files = {
      'app.py': `from flask_ckeditor import CKEditor\n${app()}`,
      'templates/page.html': '<!doctype html>{{ ckeditor.load() }}',
    };
    const { text, byHand } = await wired(headers, 'templates/page.html', files);
    expect(text).toBe('<!doctype html>{{ ckeditor.load() | nonced("flask_ckeditor") }}');
    expect(byHand).toMatchObject([{ what: expect.stringMatching(/^flask_ckeditor writes scripts/) }]);
    expect((await policy(files)).of('script-src')).toEqual(["'self'"]);
  });

  it('leave an own Talisman alone', async () => {
    const { byHand, text } = await wired(headers, 'app.py', {
      'app.py': `from flask_talisman import Talisman\n${app()}\nTalisman(app)\n`,
    });
    expect(byHand).toMatchObject([{ withholds: true }]);
    expect(text).toContain('Talisman(app)');
  });
});

describe('the cookies of an app that exists', () => {
  it('have the prefix of this host where nothing forbids it', async () => {
    const plain = await wired(cookies, 'app.py', {});
    expect(plain.settings).toContain('production SESSION_COOKIE_NAME');
    const domain = app('\napp.config["SESSION_COOKIE_DOMAIN"] = "x.org"\n');
    expect((await wired(cookies, 'app.py', { 'app.py': domain })).settings).toEqual([]);
  });

  it('are repaired where the app says that they are weak', async () => {
    const { text } = await wired(cookies, 'app.py', {
      'app.py': app('\napp.config["SESSION_COOKIE_HTTPONLY"] = False\n'),
    });
    expect(text).toContain('app.config["SESSION_COOKIE_HTTPONLY"] = True');
  });

  it('stay readable where a script reads them', async () => {
    const { text } = await wired(cookies, 'app.py', {
      'app.py': app(
        '\n@app.get("/t")\ndef t(response):\n    response.set_cookie("theme", "dark")\n    return response\n',
      ),
      'templates/page.html': '<script>document.cookie.includes("theme=")</script>',
    });
    expect(text).toContain('response.set_cookie("theme", "dark", httponly=False)');
  });

  it('keep SameSite=None, with a question', async () => {
    const { byHand } = await wired(cookies, 'app.py', {
      'app.py': app('\napp.config["SESSION_COOKIE_SAMESITE"] = "None"\n'),
    });
    expect(byHand).toHaveLength(1);
  });
});
