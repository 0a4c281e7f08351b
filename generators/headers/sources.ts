import { traits } from '../../src/flask/content/known-scripts.ts';
import type { ContentNeed } from '../../src/flask/content/placed.ts';
import { type Origin, originOf } from '../../src/jinja/content/address.ts';
import type { Loaded } from '../../src/jinja/content/need.ts';

/** A source of a directive, and the need that it is for. */
export interface Source {
  readonly directive: string;
  readonly source: string;
  readonly for?: ContentNeed;
}

type Load = ContentNeed & { readonly is: 'load' };

const directives: Readonly<Record<Loaded, string>> = {
  script: 'script-src',
  style: 'style-src',
  img: 'img-src',
  font: 'font-src',
  media: 'media-src',
  frame: 'frame-src',
  object: 'object-src',
  connect: 'connect-src',
  form: 'form-action',
  manifest: 'manifest-src',
  base: 'base-uri',
  worker: 'worker-src',
};

/** What a thing that a page loads must have in its policy. */
export function sourcesOf(need: Load, known: (expression: string) => string | undefined): Source[] {
  const origin = originOf(need.address, known);
  const directive = directives[need.kind];
  const own = sourceOf(need, origin).map((source): Source => ({ directive, source, for: need }));
  return origin.from === 'host' ? [...own, ...companions(need, origin)] : own;
}

function sourceOf(need: Load, origin: Origin): string[] {
  switch (origin.from) {
    case 'self':
      return ["'self'"];
    case 'scheme':
      // An address of another application, such as mailto.
      return /^(data|blob|filesystem|mediastream):$/.test(origin.scheme) ? [origin.scheme] : [];
    case 'host':
      return [need.kind === 'script' ? scriptAt(origin.host, origin.path) : origin.host];
    case 'unknown':
      return need.kind === 'script' && (need.mark !== undefined || need.marked) ? [] : ['https:'];
  }
}

/**
 * Hosts of libraries hand out anybody's code, so that a script counts for its folder where that names a version, and
 * else for itself alone.
 */
function scriptAt(host: string, path: string): string {
  const folder = path.replace(/[^/]*$/, '');
  const narrow = /[@/]v?\d/.test(folder) ? folder : path;
  return /[\ue000{$]/.test(narrow) ? host : host + narrow.replaceAll(',', '%2C').replaceAll(';', '%3B');
}

type Host = Extract<Origin, { from: 'host' }>;

/** What others load once they are there: a style sheet its fonts and pictures, a script what its host answers. */
function companions(need: Load, { host, path }: Host): Source[] {
  const at = (directive: string, ...sources: string[]): Source[] =>
    sources.map((source) => ({ directive, source, for: need }));
  if (need.kind === 'style')
    return [
      ...at('font-src', host, 'data:', ...(/fonts\.googleapis/.test(host) ? ['https://fonts.gstatic.com'] : [])),
      ...at('img-src', host),
    ];
  if (need.kind !== 'script') return [];
  const address = host + path;
  const more = services.filter(([pattern]) => pattern.test(address)).flatMap(([, all]) => all);
  const styles = traits(path) ? [] : [...at('style-src', host, "'unsafe-inline'"), ...at('font-src', host)];
  return [
    ...at('connect-src', host),
    ...at('img-src', host),
    ...styles,
    ...more.flatMap(([directive, ...sources]) => at(directive, ...sources)),
  ];
}

/** Scripts of services that load from elsewhere, as their makers document it. */
const services: readonly (readonly [RegExp, readonly (readonly [directive: string, ...sources: string[]])[]])[] = [
  [
    /www\.(google|recaptcha)\.(com|net)\/recaptcha/,
    [
      ['script-src', 'https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'],
      ['frame-src', 'https://www.google.com/recaptcha/', 'https://recaptcha.google.com/recaptcha/'],
    ],
  ],
  [
    /googletagmanager\.com|google-analytics\.com/,
    [
      ['script-src', 'https://*.googletagmanager.com', 'https://www.google-analytics.com'],
      ['img-src', 'https://*.google-analytics.com', 'https://*.googletagmanager.com'],
      [
        'connect-src',
        'https://*.google-analytics.com',
        'https://*.analytics.google.com',
        'https://*.googletagmanager.com',
      ],
    ],
  ],
  [
    /maps\.google(apis)?\.com/,
    [
      ['script-src', 'https://maps.googleapis.com', 'https://maps.gstatic.com'],
      ['img-src', 'https://*.googleapis.com', 'https://*.gstatic.com', 'https://*.google.com', 'https://*.ggpht.com'],
      ['connect-src', 'https://*.googleapis.com', 'https://*.gstatic.com'],
      ['style-src', 'https://fonts.googleapis.com'],
      ['font-src', 'https://fonts.gstatic.com'],
      ['worker-src', 'blob:'],
    ],
  ],
  [
    /gstatic\.com\/charts/,
    [
      ['script-src', 'https://www.gstatic.com/charts/'],
      ['style-src', 'https://www.gstatic.com'],
    ],
  ],
  [
    /js\.stripe\.com/,
    [
      ['script-src', 'https://js.stripe.com', 'https://*.js.stripe.com'],
      ['frame-src', 'https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
      ['connect-src', 'https://api.stripe.com'],
    ],
  ],
  [
    /checkout\.stripe\.com/,
    [
      ['script-src', 'https://checkout.stripe.com'],
      ['frame-src', 'https://checkout.stripe.com'],
      ['connect-src', 'https://checkout.stripe.com'],
      ['img-src', 'https://*.stripe.com'],
    ],
  ],
  [
    /hcaptcha\.com/,
    [
      ['script-src', 'https://hcaptcha.com', 'https://*.hcaptcha.com'],
      ['frame-src', 'https://hcaptcha.com', 'https://*.hcaptcha.com'],
      ['style-src', 'https://hcaptcha.com', 'https://*.hcaptcha.com'],
      ['connect-src', 'https://hcaptcha.com', 'https://*.hcaptcha.com'],
    ],
  ],
  [/challenges\.cloudflare\.com/, [['frame-src', 'https://challenges.cloudflare.com']]],
  [
    /kit\.fontawesome\.com/,
    [
      ['script-src', 'https://kit.fontawesome.com'],
      ['connect-src', 'https://ka-f.fontawesome.com', 'https://ka-p.fontawesome.com'],
      ['font-src', 'https://ka-f.fontawesome.com', 'https://ka-p.fontawesome.com'],
    ],
  ],
  [
    /platform\.twitter\.com/,
    [
      ['script-src', 'https://platform.twitter.com', 'https://cdn.syndication.twimg.com'],
      ['frame-src', 'https://platform.twitter.com', 'https://syndication.twitter.com'],
      ['img-src', 'https://syndication.twitter.com', 'https://pbs.twimg.com', 'https://platform.twitter.com'],
    ],
  ],
  [
    /connect\.facebook\.net/,
    [
      ['script-src', 'https://connect.facebook.net'],
      ['frame-src', 'https://www.facebook.com', 'https://web.facebook.com'],
      ['img-src', 'https://www.facebook.com'],
      ['connect-src', 'https://www.facebook.com'],
    ],
  ],
  [
    /paypal\.com\/sdk/,
    [
      ['script-src', 'https://www.paypal.com', 'https://www.paypalobjects.com'],
      ['frame-src', 'https://www.paypal.com', 'https://www.sandbox.paypal.com'],
      ['connect-src', 'https://www.paypal.com', 'https://www.sandbox.paypal.com'],
      ['img-src', 'https://www.paypalobjects.com'],
    ],
  ],
  [
    /accounts\.google\.com\/gsi|apis\.google\.com/,
    [
      ['script-src', 'https://accounts.google.com/gsi/', 'https://apis.google.com'],
      ['frame-src', 'https://accounts.google.com', 'https://content.googleapis.com'],
      ['connect-src', 'https://accounts.google.com/gsi/'],
      ['style-src', 'https://accounts.google.com/gsi/style'],
    ],
  ],
  [
    /\.disqus\.com/,
    [
      ['script-src', 'https://*.disqus.com', 'https://*.disquscdn.com'],
      ['frame-src', 'https://disqus.com'],
      ['style-src', 'https://*.disquscdn.com'],
      ['img-src', 'https://*.disqus.com', 'https://*.disquscdn.com'],
    ],
  ],
  [
    /(youtube|youtube-nocookie)\.com\/(iframe_api|player_api)/,
    [
      ['script-src', 'https://www.youtube.com'],
      ['frame-src', 'https://www.youtube.com'],
    ],
  ],
];
