import type { AppFacts } from '../../src/flask/facts.ts';

/** What pages need that a Flask extension puts together. */
export interface Library {
  /** The package that is imported. */
  readonly module: string;
  /** Sources by directive. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** Expressions of templates that print its scripts, which get the nonce. */
  readonly prints?: RegExp;
  /** Its pages have event handlers of their own. */
  readonly handlers?: true;
  /** Beginning of the endpoints of its own pages, which alone need `pages`. */
  readonly endpoint?: string;
}

const inline = "'unsafe-inline'";
const swagger = {
  'script-src': [inline, 'https://cdn.jsdelivr.net/npm/', 'https://unpkg.com/', 'https://cdn.redoc.ly/'],
  'style-src': [inline, 'https://cdn.jsdelivr.net', 'https://unpkg.com', 'https://fonts.googleapis.com'],
  'font-src': ['https://fonts.gstatic.com', 'data:'],
  'img-src': ['https:'],
  'worker-src': ["'self'", 'blob:'],
};
const cdns = ['cdnjs.cloudflare.com', 'https://cdn.jsdelivr.net'];

const libraries: readonly Library[] = [
  {
    module: 'flask_moment',
    sources: {},
    prints: /^moment\.(include_moment|include_jquery|locale|lang|flask_moment_js)\(/,
  },
  {
    module: 'flask_bootstrap',
    sources: { 'style-src': cdns, 'font-src': cdns },
    prints: /^bootstrap\.(load_css|load_js|load_icon_font_css)\(/,
  },
  {
    module: 'flask_pagedown',
    sources: {},
    prints:
      /^pagedown\.(include_pagedown|html_head)\(|(^|\.)(quick_form|render_form|render_field|form_field)\(|^form\.\w+(\(|$)/,
  },
  {
    module: 'flask_ckeditor',
    // CKEditor 4 writes scripts into the frame that it edits in.
    sources: { 'style-src': [inline], 'script-src': [inline] },
    prints: /^ckeditor\.\w+\(/,
  },
  { module: 'flask_dropzone', sources: { 'style-src': [inline] }, prints: /^dropzone\.\w+\(/ },
  { module: 'flask_toastr', sources: { 'style-src': ['https://cdnjs.cloudflare.com'] }, prints: /^toastr\.\w+\(/ },
  { module: 'flask_share', sources: { 'style-src': ['https://cdn.bootcss.com'] }, prints: /^share\.\w+\(/ },
  {
    module: 'flask_googlemaps',
    sources: { 'style-src': [inline] },
    prints: /^\w+\.(js|html)$|^googlemap(_js|_html)?\(/,
  },
  { module: 'flask_admin', sources: { 'style-src': [inline] }, handlers: true },
  { module: 'flask_appbuilder', sources: { 'style-src': [inline] }, handlers: true },
  {
    module: 'flasgger',
    sources: { 'style-src': [inline, 'https://fonts.googleapis.com'], 'font-src': ['https://fonts.gstatic.com'] },
  },
  { module: 'flask_restx', sources: { 'style-src': [inline] } },
  { module: 'flask_restplus', sources: { 'style-src': [inline] } },
  { module: 'apiflask', sources: {}, endpoint: 'openapi.' },
  { module: 'flask_smorest', sources: {}, endpoint: 'api-docs.' },
  { module: 'flask_openapi3', sources: {}, endpoint: 'openapi.' },
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

/** What the pages of a library need that shows how an API is used. */
export const documentation: Readonly<Record<string, readonly string[]>> = swagger;
