import type { AppFacts } from '../../src/flask/facts.ts';

type Sources = Readonly<Record<string, readonly string[]>>;

/** What pages need that a Flask extension writes, or writes something into. */
export interface Library {
  /** The package that is imported. */
  readonly module: string;
  /** Expressions of the app's own templates that print its scripts, which get the nonce. */
  readonly prints?: RegExp;
  /**
   * What its pages need besides nonces, by the beginning of the package whose template, view or print is in them: each
   * was tried in a browser, also where nothing is needed.
   */
  readonly pages: Readonly<Record<string, Sources>>;
}

const inline = "'unsafe-inline'";
const styled: Sources = { 'style-src': [inline] };
/** Pages that show how an API is used: what their makers let them load from. */
const explorer: Sources = {
  'style-src': [inline, 'https://cdn.jsdelivr.net', 'https://unpkg.com', 'https://fonts.googleapis.com'],
  'font-src': ['https://fonts.gstatic.com', 'data:'],
  'img-src': ['https:'],
  'worker-src': ["'self'", 'blob:'],
};
/** Such a page that is no template, so that no nonce gets into it. */
const writtenExplorer: Sources = {
  'script-src': [inline, 'https://cdn.jsdelivr.net/npm/', 'https://unpkg.com/', 'https://cdn.redoc.ly/'],
  ...explorer,
};
/** Scalar compiles what it validates with, and asks its maker's host. */
const everyExplorer: Sources = {
  ...writtenExplorer,
  'script-src': [...(writtenExplorer['script-src'] ?? []), "'unsafe-eval'"],
  'font-src': [...(explorer['font-src'] ?? []), 'https://fonts.scalar.com'],
  'connect-src': ['https://proxy.scalar.com'],
};
const administration: Sources = { 'style-src': [inline], 'script-src-attr': [inline], 'img-src': ['https:'] };
const cdns = ['https://cdnjs.cloudflare.com', 'https://cdn.jsdelivr.net'];

const libraries: readonly Library[] = [
  {
    module: 'flask_moment',
    prints: /^moment\.(include_moment|include_jquery|locale|lang|flask_moment_js)\(/,
    // Its dates are hidden by a style until its script has written them.
    pages: { flask_moment: { 'style-src-attr': [inline] } },
  },
  {
    module: 'flask_bootstrap',
    prints: /^bootstrap\.(load_css|load_js|load_icon_font_css)\(/,
    pages: { flask_bootstrap: { 'style-src': cdns, 'font-src': cdns } },
  },
  {
    module: 'flask_pagedown',
    prints:
      /^pagedown\.(include_pagedown|html_head)\(|(^|\.)(quick_form|render_form|render_field|form_field)\(|^form\.\w+(\(|$)/,
    pages: {},
  },
  {
    module: 'flask_ckeditor',
    prints: /^ckeditor\.\w+\(/,
    // CKEditor 4 writes scripts into the frame that it edits in.
    pages: { flask_ckeditor: { 'style-src': [inline], 'script-src': [inline] } },
  },
  { module: 'flask_dropzone', prints: /^dropzone\.\w+\(/, pages: { flask_dropzone: styled } },
  {
    module: 'flask_toastr',
    prints: /^toastr\.\w+\(/,
    pages: { flask_toastr: { 'style-src': ['https://cdnjs.cloudflare.com'] } },
  },
  {
    module: 'flask_share',
    prints: /^share\.\w+\(/,
    pages: { flask_share: { 'style-src': ['https://cdn.bootcss.com'] } },
  },
  {
    module: 'flask_googlemaps',
    prints: /^\w+\.(js|html)$|^googlemap(_js|_html)?\(/,
    pages: { flask_googlemaps: styled },
  },
  { module: 'flask_admin', pages: { flask_admin: administration } },
  { module: 'flask_appbuilder', pages: { flask_appbuilder: administration } },
  {
    module: 'dash',
    pages: {
      dash: {
        'script-src': [inline, "'unsafe-eval'", 'https:'],
        'style-src': [inline, 'https:'],
        'font-src': ['https:', 'data:'],
        'img-src': ['https:', 'blob:'],
        'worker-src': ["'self'", 'blob:'],
      },
    },
  },
  { module: 'flask_security', pages: { flask_security: {} } },
  { module: 'flasgger', pages: { flasgger: explorer } },
  { module: 'flask_restx', pages: { flask_restx: explorer } },
  { module: 'flask_restplus', pages: { flask_restplus: explorer } },
  { module: 'flask_swagger_ui', pages: { flask_swagger_ui: explorer } },
  { module: 'flask_smorest', pages: { flask_smorest: explorer } },
  { module: 'apiflask', pages: { apiflask: writtenExplorer } },
  { module: 'connexion', pages: { connexion: writtenExplorer } },
  { module: 'flask_openapi3', pages: { flask_openapi3: everyExplorer } },
  // Its blueprint stands in for it: it writes into every page while the app is being debugged.
  { module: 'flask_debugtoolbar', pages: { debugtoolbar: { 'script-src': [inline], 'style-src': [inline] } } },
];

/** The known libraries that the app's code imports. */
export function librariesOf({ modules }: Pick<AppFacts, 'modules'>): Library[] {
  const imported = new Set(
    [...modules.values()]
      .filter(({ role }) => role === 'production' || role === 'example')
      .flatMap(({ imports }) => imports.map(({ target }) => target.split('.')[0] ?? '')),
  );
  return libraries.filter(({ module }) => imported.has(module));
}
