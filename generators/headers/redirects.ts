import type { AppFacts } from '../../src/flask/facts.ts';
import { text } from '../../src/python/model.ts';
import type { Source } from './sources.ts';

/** Packages whose views send a visitor to another site to sign in or to pay. */
const elsewhere =
  /^(authlib|flask_dance|flask_oauthlib|flask_oidc|requests_oauthlib|onelogin|saml2|msal|stripe|paypalrestsdk|flask_cas|rauth|oauthlib)\b/;

/** Browsers hold a redirect after a form to the policy for forms: where the app may send visitors from one. */
export function redirectSources({ modules }: Pick<AppFacts, 'modules'>): Source[] {
  const own = [...modules.values()].filter(({ role }) => role === 'production' || role === 'example');
  const signsIn = own.some(({ imports }) => imports.some(({ target }) => elsewhere.test(target)));
  const hosts = own.flatMap(({ calls }) =>
    calls
      .filter(({ callee }) => /(^|\.)redirect$/.test(callee))
      .flatMap(({ args }) => /^(https?:\/\/[^/?#]+)/.exec(text(args[0]?.value) ?? '')?.[1] ?? []),
  );
  return [...hosts, ...(signsIn ? ['https:'] : [])].map((source) => ({ directive: 'form-action', source }));
}
