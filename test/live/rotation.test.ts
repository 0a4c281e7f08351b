import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Crowd, crowd } from '../support/crowd.ts';
import { message } from '../support/default-app.ts';
import { run } from '../support/python.ts';
import { tokenOf } from '../support/server.ts';
import { front, makeSessionApp, readiness, type SessionApp, serveApp } from '../support/session-site.ts';
import { type Host, production, type Running, startRedis } from '../support/site.ts';
import { type Address, visitor } from '../support/visitor.ts';

// The secret key is changed by the commands of the app while it serves: two hosts, each an Nginx and a Gunicorn with
// its own copy of the key file, and one Redis.

interface Member {
  readonly host: Host;
  readonly site: Address;
  readonly gunicorn: Running;
  readonly file: string;
}

const old = '20250101T000000Z-Zk3vT8qLw1xN5rJ7bYd2Hc9Pm4Gs6Qf0AeUiOtBnVh';
let app: SessionApp;
let redis: string;
let [here, there]: Member[] = [];
beforeAll(async () => {
  app = await makeSessionApp();
  const store = await startRedis(app.host('store'));
  app.own(store.server);
  redis = store.url;
  here = await member('here');
  there = await member('there');
}, 600_000);
afterAll(() => app.close());

/** A host whose key file holds a key that is too old. */
async function member(name: string): Promise<Member> {
  const host = app.host(name);
  const file = join(host.folder, 'secret_key');
  writeFileSync(file, `${old}\n`, { mode: 0o640 });
  const gunicorn = await serveApp(app, host, { REDIS_URL: redis, SECRET_KEY: '', SECRET_KEY_FILE: file });
  return { host, file, gunicorn, site: await front(app, host) };
}

/** Runs a step of the rotation on a host. */
function step({ host, file }: Member, name: string): void {
  const env = production(host, { REDIS_URL: redis, SECRET_KEY: '', SECRET_KEY_FILE: file });
  run(join(host.programs, 'flask'), ['--app', 'acme_portal', 'secret-key', name], { env });
}

/** What `systemctl reload` does; waits until new processes have taken over. */
async function reload(gunicorn: Running): Promise<void> {
  const [booted, left] = counts(gunicorn);
  process.kill(gunicorn.pid, 'SIGHUP');
  for (let tries = 0; tries < 600; tries++) {
    const [now, gone] = counts(gunicorn);
    if (now === booted + 2 && gone === left + 2) return;
    await wait(100);
  }
  throw new Error(`Gunicorn was not reloaded:\n${gunicorn.log().slice(-3000)}`);
}

function counts(gunicorn: Running): [number, number] {
  const count = (what: RegExp): number => [...gunicorn.log().matchAll(what)].length;
  return [count(/Booting worker/g), count(/Worker exiting/g)];
}

/** Somebody who is signed in, and a form that each host has opened for them. */
interface Person {
  readonly cookie: { readonly Cookie: string };
  readonly forms: string[];
}

async function signedIn(): Promise<Person> {
  const ada = visitor((here as Member).site);
  await ada.get('/t/user/ada');
  return { cookie: { Cookie: `__Host-session=${ada.cookies.get('__Host-session')}` }, forms: [] };
}

/** Opens a form on each host. */
async function opensForms({ cookie, forms }: Person): Promise<void> {
  for (const { site } of both()) forms.push(tokenOf((await visitor(site).get('/', cookie)).text));
}

/** Each host knows the session and takes each form. */
async function allIsValid({ cookie, forms }: Person): Promise<void> {
  for (const { site } of both()) {
    expect(JSON.parse((await visitor(site).get('/t/read', cookie)).text)).toMatchObject({ user_id: 'ada' });
    for (const csrf_token of forms) expect(await send(site, csrf_token, cookie)).toBe(303);
  }
}

async function send(site: Address, csrf_token: string, headers: Person['cookie']): Promise<number> {
  return (await visitor(site).ask('POST', '/', { body: { ...message, csrf_token }, headers })).status;
}

function both(): Member[] {
  return [here as Member, there as Member];
}

describe('the secret key', { timeout: 240_000 }, () => {
  it('is changed in three steps; sessions and open forms stay valid, with the hosts a step apart as well', async () => {
    const [first, second] = both() as [Member, Member];
    expect((await readiness(first.host)).checks['secret-key']).toBe('warning');
    expect((await readiness(first.host)).status).toBe('ok');
    const ada = await signedIn();
    for (const name of ['accept', 'promote', 'drop']) {
      await opensForms(ada);
      step(first, name);
      await reload(first.gunicorn);
      await opensForms(ada);
      await allIsValid(ada);
      cpSync(first.file, second.file);
      await reload(second.gunicorn);
      await opensForms(ada);
      await allIsValid(ada);
      // What both have opened since the last step must be valid during the next one.
      ada.forms.splice(0, ada.forms.length - 2);
    }
    expect(await Promise.all(both().map(async ({ host }) => (await readiness(host)).checks['secret-key']))).toEqual([
      'ok',
      'ok',
    ]);
  });

  it('must be accepted everywhere before it signs: a host that was left out refuses its forms', async () => {
    const [first, second] = both() as [Member, Member];
    const ada = await signedIn();
    step(first, 'accept');
    step(first, 'promote');
    await reload(first.gunicorn);
    await opensForms(ada);
    const [signedHere = '', signedThere = ''] = ada.forms;
    expect(await send(first.site, signedThere, ada.cookie)).toBe(303);
    expect(await send(second.site, signedHere, ada.cookie)).toBe(400);
    cpSync(first.file, second.file);
    await reload(second.gunicorn);
    expect(await send(second.site, signedHere, ada.cookie)).toBe(303);
  });

  it('is read again from a secret store too, on SIGHUP', async () => {
    const host = app.host('mounted');
    const folder = join(host.folder, 'credentials');
    mkdirSync(folder);
    const write = (keys: string): void => writeFileSync(join(folder, 'secret_key'), keys, { mode: 0o600 });
    write(`${old}\n`);
    const environment = { REDIS_URL: redis, SECRET_KEY: '', CREDENTIALS_DIRECTORY: folder };
    const gunicorn = await serveApp(app, host, environment);
    expect((await readiness(host)).checks['secret-key']).toBe('warning');
    const next = (name: string): string =>
      run(join(host.programs, 'flask'), ['--app', 'acme_portal', 'secret-key', name], {
        env: production(host, environment),
      });
    write(next('accept'));
    write(next('promote'));
    await reload(gunicorn);
    expect((await readiness(host)).checks['secret-key']).toBe('ok');
    await gunicorn.stop();
    const patient = await serveApp(app, host, { ...environment, SECRET_KEY_MAX_AGE_DAYS: '0' });
    await wait(1100);
    expect((await readiness(host)).checks['secret-key']).toBe('warning');
    await patient.stop();
  });

  it('changes under load: none of 5,000 requests fails while Gunicorn is reloaded again and again', async () => {
    const [first] = both() as [Member];
    const people = await crowd(first.site, 16);
    const count = { done: 0, failed: [] as string[] };
    const working = Array.from({ length: 16 }, (_, client) => works(people, client, count));
    let reloads = 0;
    const rotating = (async () => {
      for (const name of ['drop', 'accept', 'promote', 'drop', 'accept', 'promote', 'drop']) {
        if (count.done >= 5000) return;
        step(first, name);
        await reload(first.gunicorn);
        reloads++;
        await wait(500);
      }
    })();
    await Promise.all([...working, rotating]);
    people.close();
    expect(count.failed).toEqual([]);
    expect(count.done).toBeGreaterThanOrEqual(5000);
    expect(reloads).toBeGreaterThanOrEqual(3);
    expect(first.gunicorn.log()).not.toContain('Traceback');
  });
});

/** One of many people: opens the form, sends it, reads the session, looks at a page without one; until all are done. */
async function works(people: Crowd, client: number, count: { done: number; failed: string[] }): Promise<void> {
  let headers: Record<string, string> = {};
  const ask = async (path: string, body?: Record<string, string>) => {
    const answer = await people.one(client, { path, headers, ...(body && { body }) }).catch((error: Error) => error);
    count.done++;
    if (answer instanceof Error) count.failed.push(`${path}: ${answer.message}`);
    else if (answer.status !== (body ? 303 : 200)) count.failed.push(`${path}: ${answer.status}`);
    return answer instanceof Error ? undefined : answer;
  };
  while (count.done < 5000) {
    const page = await ask('/');
    const set = page?.headers['set-cookie']?.join();
    if (set) headers = { Cookie: set.split(';')[0] ?? '' };
    await ask('/', { ...message, csrf_token: tokenOf(page?.text ?? '') });
    await ask('/t/read');
    await ask('/t/untouched');
  }
}
