import { register, runtimePackage } from '../../src/changes.ts';
import type { Wiring } from '../../src/mitigation.ts';
import { leftToHand } from '../../src/plan/left.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { escaped } from './escaped.ts';
import { rules } from './rules.ts';
import { sanitised } from './sanitised.ts';

/** What an app that exists needs: nothing where Jinja escapes it all, a sanitiser where markup comes from a request. */
const wiring: Wiring = function* (context) {
  const { app, written = new Set<string>() } = context;
  const markup = sanitised(app);
  const text = escaped(app);
  yield* text.splices;
  if (markup.splices.length > 0 || [...written].some((path) => path.endsWith('/templating.py'))) {
    yield* overlay('templating', context, [[/sandbox\w*\.py$/, () => false]]);
    yield* markup.splices;
    yield runtimePackage('nh3', '>=0.2.18,<0.4');
    yield register('templating', 80, 'before the first page is rendered');
  }
  yield* leftToHand(app, rules, [...markup.mended, ...text.mended]);
};

export default wiring;
