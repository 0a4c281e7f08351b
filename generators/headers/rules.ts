import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import { anySite } from './cross-origin.ts';
import { type Protection, protections, reportingOnly, weakened, words } from './evidence.ts';

function has(app: AppFacts, protection: Protection): boolean {
  return protections(app).some((each) => each.protection === protection);
}

const none: Rule = {
  id: 'headers/none',
  severity: 'high',
  weakness: 'CWE-693',
  message: 'Answers carry no security header.',
  *find(app) {
    if (protections(app).length > 0) return;
    yield {
      why: 'Neither the app nor a web server sets a security header.',
      fix: 'Send them with every answer, through Talisman.',
    };
  },
};

/** A rule on a protection that answers lack; what Talisman is told to leave out is told at its option. */
function lacks(
  protection: Protection,
  rule: Pick<Rule, 'id' | 'severity' | 'weakness' | 'message'> & { why: string; fix: string },
): Rule {
  const { id, severity, weakness, message, why, fix } = rule;
  return {
    id,
    severity,
    weakness,
    message,
    *find(app) {
      if (protections(app).length === 0 || has(app, protection)) return;
      const place = weakened(app, protection);
      yield {
        ...(place && { place: placeOf(place) }),
        why: place ? `Talisman is told to leave out ${words[protection]}.` : why,
        fix,
      };
    },
  };
}

const noPolicy = lacks('csp', {
  id: 'headers/no-csp',
  severity: 'medium',
  weakness: 'CWE-1021',
  message: 'No content security policy limits what a page may load and run.',
  why: 'No answer carries a content security policy.',
  fix: 'Set a policy that allows your own files and scripts with a nonce.',
});

const noHsts = lacks('hsts', {
  id: 'headers/no-hsts',
  severity: 'medium',
  weakness: 'CWE-319',
  message: 'Browsers are not told to come back by HTTPS only.',
  why: 'No answer carries Strict-Transport-Security.',
  fix: 'Set Strict-Transport-Security with a year.',
});

const noFrame = lacks('frame', {
  id: 'headers/no-frame-protection',
  severity: 'medium',
  weakness: 'CWE-1021',
  message: 'Other sites may show the pages in a frame.',
  why: 'Neither X-Frame-Options nor frame-ancestors is set.',
  fix: "Set frame-ancestors 'none', and X-Frame-Options for old browsers.",
});

const noSniff = lacks('nosniff', {
  id: 'headers/no-nosniff',
  severity: 'low',
  weakness: 'CWE-430',
  message: 'Browsers may guess another type than the one that is sent.',
  why: 'X-Content-Type-Options is not set.',
  fix: 'Set X-Content-Type-Options: nosniff.',
});

const notInitialised: Rule = {
  id: 'headers/not-initialised',
  severity: 'high',
  weakness: 'CWE-693',
  message: 'Talisman is created and never given the app.',
  *find(app) {
    for (const each of app.extensions)
      if (/^flask_talisman\b/.test(each.made) && !each.initialised && each.role === 'production')
        yield {
          place: placeOf(each),
          why: `${each.variable} never gets the app, so it sets no header.`,
          fix: `Call ${each.variable}.init_app(app).`,
        };
  },
};

const openPolicy: Rule = {
  id: 'headers/open-policy',
  severity: 'medium',
  weakness: 'CWE-1021',
  message: 'The content security policy allows inline scripts, or scripts from anywhere.',
  // It is sent, and still keeps out some of what it could.
  atMost: 'implemented',
  *find(app) {
    for (const each of protections(app)) {
      const scripts =
        each.protection === 'csp'
          ? (/script-src(?!-attr|-elem)([^;]*)/.exec(each.value ?? '') ??
              /default-src([^;]*)/.exec(each.value ?? ''))?.[1]
          : undefined;
      if (
        scripts !== undefined &&
        /'unsafe-inline'|'unsafe-eval'|(^|\s)(\*|data:|https?:)(\s|$)/.test(scripts) &&
        !/'nonce-|'strict-dynamic'/.test(scripts)
      )
        yield { place: placeOf(each), why: `Scripts may come from${scripts}.`, fix: 'Allow scripts by a nonce.' };
    }
  },
};

const reportOnly: Rule = {
  id: 'headers/report-only',
  severity: 'medium',
  weakness: 'CWE-1021',
  message: 'The content security policy is reported and not enforced.',
  *find(app) {
    if (has(app, 'csp')) return;
    const set = app.headers.filter(
      ({ name, role }) => name === 'content-security-policy-report-only' && role === 'production',
    );
    for (const header of [...set, reportingOnly(app) ?? []].flat())
      yield {
        place: placeOf(header),
        why: 'Browsers tell about what breaks the policy and do it all the same.',
        fix: 'Send it as Content-Security-Policy.',
      };
  },
};

const overridden: Rule = {
  id: 'headers/overridden',
  severity: 'medium',
  weakness: 'CWE-693',
  message: 'A block of Nginx with a header of its own loses those of the site.',
  *find(app) {
    if (app.headers.some(({ everywhere, name }) => everywhere && name === 'content-security-policy')) return;
    for (const proxy of app.deploy.proxies.filter(({ role }) => role === 'production'))
      for (const place of proxy.overridden)
        yield {
          place: placeOf(place),
          why: 'Nginx sends the headers of the site only where a block has none.',
          fix: 'Repeat the headers here, by an include.',
        };
  },
};

/** Faults of the security headers. */
export const rules: readonly Rule[] = [
  none,
  noPolicy,
  noHsts,
  noFrame,
  noSniff,
  notInitialised,
  openPolicy,
  reportOnly,
  overridden,
  anySite,
];
