import { type AppFacts, ancestry, type ExtensionFacts, type RouteFacts } from '../../src/flask/facts.ts';
import type { PyFunction, PyModule } from '../../src/python/model.ts';

/** True for the extensions that check the requests of a whole app. */
export function isProtector({ made, role }: ExtensionFacts): boolean {
  const [top] = made.split('.');
  const name = made.split('.').at(-1) ?? '';
  return (
    role === 'production' && ((top === 'flask_wtf' && /^C(SRF|srf)Protect$/.test(name)) || top === 'flask_seasurf')
  );
}

/** Extensions that check every request and that the app really gets. */
export function protectors(app: AppFacts): ExtensionFacts[] {
  return app.extensions.filter((each) => isProtector(each) && each.initialised !== undefined);
}

/** Classes of Flask-WTF's forms, which check their own token. */
export function formClasses(app: AppFacts): AppFacts['classes'] {
  const base = /^flask_wtf\.(form\.)?(FlaskForm|Form)$|^flask_(security|user)\..*Form$/;
  return app.classes.filter(
    ({ target, role }) => role === 'production' && ancestry(app, target).some((each) => base.test(each)),
  );
}

/** Routes of production code that take unsafe methods. */
export function unsafeRoutes(app: AppFacts): RouteFacts[] {
  return app.routes.filter(
    ({ role, methods }) => role === 'production' && methods.some((method) => /^(POST|PUT|PATCH|DELETE)$/.test(method)),
  );
}

/** A check of the app's own that runs before each request, such as a nonce. */
export function* ownChecks(app: AppFacts) {
  for (const module of app.modules.values()) {
    if (module.role !== 'production') continue;
    for (const fn of module.functions) {
      const hooked = fn.decorators.some(
        (value) => value.kind === 'name' && /\.before_(app_)?request$/.test(value.target),
      );
      if (/csrf|xsrf/i.test(fn.name) && (hooked || isDispatched(module, fn))) yield { module, fn };
    }
  }
}

/** A method that the class calls before each of its views, as in `process()` or `dispatch_request()`. */
function isDispatched({ calls }: PyModule, { name, scope }: PyFunction): boolean {
  return (
    scope !== '' &&
    calls.some(
      (call) =>
        call.callee === `self.${name}` &&
        new RegExp(`^${scope}\\._?(process|dispatch_request|dispatch|prepare)$`).test(call.scope),
    )
  );
}
