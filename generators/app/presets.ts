import type { Preset } from '../../src/preset.ts';

/** The presets of `new`, in the order in which `--help` lists them; the first is the default. */
export const presets: readonly Preset[] = [
  {
    name: 'default',
    summary: 'all twelve defences: Redis sessions, Nginx, systemd and Docker files',
    answers: {},
    without: [],
  },
  {
    // An API that a browser of its own site calls is authenticated by a cookie, so sessions, cookies and csrf stay: CSRF can
    // only be dropped where no cookie is ever set, and a generator cannot know that no login will be added. An API for
    // machines with bearer tokens says so in one flag: `--without csrf,sessions`.
    // Templating goes: the sanitiser and the sandbox serve user-written HTML and templates, which an API does not render.
    name: 'api',
    summary: 'a JSON API: no example pages, no sanitiser or template sandbox',
    answers: { examples: false },
    without: ['templating'],
  },
  {
    // The platform ends TLS, routes and starts the process, so Nginx, systemd and container files would be dead files.
    // `server` stays: Gunicorn's limits and the trusted proxy headers matter behind a platform's router as well.
    name: 'paas',
    summary: 'for a platform that ends TLS itself: Gunicorn, no Nginx, no deployment files',
    answers: { proxy: 'none', deploy: [] },
    without: [],
  },
  {
    // What is left out guards things that a first page does not have (downloads, user HTML) or lives around the app (CI,
    // server). What guards each request and the start in production stays.
    name: 'minimal',
    summary: 'fewest files that are still safe: no CI, server, file or sanitiser modules',
    answers: { store: 'filesystem', proxy: 'none', deploy: [], ci: 'script', examples: false },
    without: ['ci', 'server', 'files', 'templating'],
  },
];
