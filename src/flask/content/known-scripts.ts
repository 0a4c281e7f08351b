import type { Deed } from '../../jinja/content/need.ts';
import type { Source } from '../../source/text.ts';

/** What is known of a script by its address. */
interface Traits {
  readonly named: RegExp;
  /** What it does in a page though its text may not show it. */
  readonly deeds: readonly Deed[];
}

const named = (words: string): RegExp => new RegExp(`(?<![a-z\\d])(${words})(?![a-z])`, 'i');

/** Libraries that pages often load, from their own folder or from elsewhere; all others may write styles. */
const known: readonly Traits[] = [
  {
    named: named('vue|alpinejs|alpine|angular|angularjs|knockout|handlebars|petite-vue|babel|jsrender|ractive'),
    deeds: ['evaluates', 'styles'],
  },
  {
    named: named('plotly|plotly-latest|bokeh|vega|vega-lite|vega-embed|chartist-plugin|mathjax|ace|require'),
    deeds: ['evaluates', 'styles'],
  },
  // These name `eval` or `Function`, and do without where they may not.
  {
    named: named(
      'jquery(?!-ui|[._-]ui)|bootstrap|popper(js)?|tether|moment(js)?|socket\\.io|axios|lodash|underscore|d3|clipboard|dayjs|luxon|feather|js-cookie|html5shiv|respond|marked|showdown|markdown-it|parsley',
    ),
    deeds: [],
  },
];

/** What is known of the script at an address or a path. */
export function traits(address: string): Traits | undefined {
  const path = address.replace(/[?#].*$/, '').replace(/^(https?:)?\/\/[^/]+/i, '');
  return known.find((each) => each.named.test(path));
}

/** True for text that a tool has written: few and long lines. */
export function isMinified({ path, text }: Source): boolean {
  return /[.-]min\.m?js$/.test(path) || text.length > 200_000 || text.length / (text.split('\n').length + 1) > 400;
}
