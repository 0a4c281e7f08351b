import { reachedBy } from '../../src/flask/dataflow/reached.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { SpliceChange } from '../../src/mitigation.ts';

const why = 'An address from the request could lead a visitor to any other site.';

/** Redirects to an address of the request, held to this site. */
export function* redirectSplices(app: AppFacts): Iterable<SpliceChange> {
  for (const { module, value, flow } of reachedBy(app, /^redirect$/)) {
    const written = module.source.text.slice(value.start, value.end);
    // Another redirect may stand on the same line; an OAuth server's own addresses are another matter.
    if (/^(\w+\.)?url_for\(|^["']|redirect_uri|local_address\(/.test(`${written} ${flow.source.text}`)) continue;
    yield {
      kind: 'splice',
      file: module.path,
      start: value.start,
      expected: written,
      insert: `@@0@@.local_address(${written})`,
      imports: [{ security: 'redirects' }],
      why,
    };
  }
}
