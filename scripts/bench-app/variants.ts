/** A way to serve the page, and what is asked of it. */
export interface Variant {
  readonly title: string;
  /** Function of apps.py that makes the app. */
  readonly app: 'bare' | 'generated' | 'stock';
  readonly path: '/bench' | '/bench/read';
  /** Whether requests carry the cookie of a session. */
  readonly cookie: boolean;
  /** Least ratios to the bare app that are promised: requests per second, and processor time the other way round. */
  readonly limits?: { readonly rate: number; readonly cpu?: number };
}

const untouched = { path: '/bench', limits: { rate: 0.8, cpu: 0.7 } } as const;

/** All that is measured; the first is what the others are compared with. */
export const variants: readonly Variant[] = [
  { title: 'bare Flask', app: 'bare', path: '/bench', cookie: false },
  { title: 'generated, no cookie', app: 'generated', cookie: false, ...untouched },
  { title: 'generated, cookie, session untouched', app: 'generated', cookie: true, ...untouched },
  { title: 'generated, session read', app: 'generated', path: '/bench/read', cookie: true, limits: { rate: 0.5 } },
  { title: 'stock, no cookie', app: 'stock', path: '/bench', cookie: false },
  { title: 'stock, cookie, session untouched', app: 'stock', path: '/bench', cookie: true },
  { title: 'stock, session read', app: 'stock', path: '/bench/read', cookie: true },
];
