import type { AppFacts, RouteFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import type { PyCall, PyModule } from '../../src/python/model.ts';
import { type Body, bodiesOf } from './bodies.ts';
import { speaksForUser } from './machines.ts';

/** Views that delete or change something for the signed-in user when a link is opened. */
export const changeOnGet: Rule = {
  id: 'csrf/change-on-get',
  severity: 'medium',
  weakness: 'CWE-352',
  message: 'A GET request changes something: a picture on another site can send it.',
  *find(app) {
    const bodies = bodiesOf(app);
    for (const route of app.routes)
      if (isOpened(app, route) && bodies.of(route.view).some(changes) && speaksForUser(bodies, route))
        yield {
          place: placeOf(route),
          why: 'The view changes something for the signed-in user and answers to GET, which no token protects.',
          fix: 'Take POST only, from a form with a token.',
        };
  },
};

const deeds =
  /(^|[/_.-])(delete|remove|destroy|drop|purge|clear|toggle|approve|reject|ban|block|unblock|follow|unfollow|like|unlike|vote|promote|demote|enable|disable|archive|publish|unpublish|transfer|buy|add_?to_?cart|accept|decline|cancel)(?=$|[/_.<-])/i;

/** A view for GET alone that is named after what it does. */
function isOpened(app: AppFacts, { role, methods, rule, view }: RouteFacts): boolean {
  const name = view.split('.').at(-1) ?? '';
  const isClass = app.classes.some(({ target }) => target === view);
  return (
    role === 'production' &&
    !isClass &&
    methods.every((method) => method === 'GET') &&
    deeds.test(`/${rule ?? ''}/ ${name}`)
  );
}

/** True for a view that writes to a store. */
function changes({ module, fn }: Body): boolean {
  return module.calls.some((call) => call.start >= fn.body.start && call.end <= fn.body.end && writes(module, call));
}

const writing =
  /(^|\.)session\.(commit|delete)$|\.(delete_instance|delete_one|delete_many|update_one|insert_one)$|^os\.(remove|unlink)$/;

function writes({ source }: PyModule, { callee, args: [first] }: PyCall): boolean {
  if (writing.test(callee) || /(^|[._])(delete|remove|destroy)(_\w+)?$/.test(callee)) return true;
  const statement = first ? source.text.slice(first.value.start, first.value.end) : '';
  return /\.execute$/.test(callee) && /^[\w.]*\(?\s*[fbru]*["']+\s*(delete|update|insert)\b/i.test(statement);
}
