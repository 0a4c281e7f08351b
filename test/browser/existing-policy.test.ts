import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, launch } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { programs } from '../support/browsers.ts';
import { environment } from '../support/python.ts';
import { freePort, type Server, serve } from '../support/server.ts';
import { lay } from '../support/snapshot.ts';

// A page with code of every kind goes on working under the policy that `add headers` makes from it.

const page = `<!doctype html><title>page</title>
<style>p { color: rgb(1, 2, 3) }</style>
<p id="styled" style="margin-left: 7px">a</p>
<script>window.ran = ["inline {{ word }}"]; function note(what) { window.ran.push(what); }</script>
<b id="fixed" onclick="note(&quot;fixed&quot;)">b</b>
<b id="computed" onclick="note('computed {{ word }}')">c</b>
<a id="address" href="javascript:note('address #{{ word }}',
  1);void(0)">d</a>
{{ given | safe }}
`;
const code = `from flask import Flask, render_template, request

app = Flask(__name__)


@app.get("/")
def index():
    return render_template("page.html", word="<it>", given=request.args.get("given", ""))
`;

let root: string;
let server: Server;
let browser: Browser;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dewar-policy-'));
  lay(root, { 'app/app.py': code, 'app/templates/page.html': page, 'app/requirements.txt': 'flask==3.1.3\n' });
  const cwd = join(root, 'app');
  const options = { onConflict: 'fail', dryRun: false, diff: false, answers: {} } as const;
  const { byHand } = await addMitigations(catalog, { ...options, root: cwd, ids: ['headers'] });
  expect(byHand).toEqual([]);
  const bin = environment(['flask==3.1.3', 'flask-talisman==1.1.0', 'gunicorn==23.0.0']);
  const port = await freePort();
  server = await serve([join(bin, 'gunicorn'), '-b', `127.0.0.1:${port}`, 'app:app'], port, { cwd });
  const env = { ...process.env, HOME: root, XDG_CONFIG_HOME: root };
  browser = await launch({ executablePath: programs.chromium, headless: true, args: ['--no-sandbox'], env });
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

async function visit(path: string) {
  const tab = await browser.newPage();
  const wrong: string[] = [];
  tab.on('console', (line) => {
    if (/Content Security Policy/.test(line.text())) wrong.push(line.text());
  });
  await tab.goto(server.url + path);
  const ran = () => tab.evaluate('window.ran') as Promise<string[]>;
  return { tab, wrong, ran };
}

it('runs the scripts, handlers and addresses of the page, and keeps its styles', async () => {
  const { tab, wrong, ran } = await visit('/');
  for (const id of ['#fixed', '#computed', '#address']) await tab.click(id);
  await tab.waitForFunction('window.ran.length === 4');
  expect(await ran()).toEqual(['inline <it>', 'fixed', 'computed <it>', 'address #<it>'].map(escaped));
  const look = await tab.evaluate('[getComputedStyle(styled).color, getComputedStyle(styled).marginLeft]');
  expect(look).toEqual(['rgb(1, 2, 3)', '7px']);
  expect(wrong).toEqual([]);
});

it('runs nothing that was injected', async () => {
  const given =
    '<script>note("script")</script><img src="x:y" onerror="note(\'handler\')"><i id="i" onclick="note(1)">i</i>';
  const { tab, wrong, ran } = await visit(`/?given=${encodeURIComponent(given)}`);
  await tab.click('#i');
  expect(await ran()).toHaveLength(1);
  expect(wrong.length).toBeGreaterThanOrEqual(2);
});

/** In a script the page shows text as HTML writes it. */
function escaped(text: string): string {
  return text.startsWith('inline') ? text.replace('<', '&lt;').replace('>', '&gt;') : text;
}
