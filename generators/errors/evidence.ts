import { type AppFacts, ancestry } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { HandlerFacts } from '../../src/flask/handlers.ts';
import type { Evidence } from '../../src/mitigation.ts';

/** Every app answers errors. */
export function applies(): boolean {
  return true;
}

/** Handlers of the whole app. */
export function wideHandlers(app: AppFacts): HandlerFacts[] {
  return app.handlers.filter(({ wide, role }) => wide && role === 'production');
}

const names = { 404: 'NotFound', 500: 'InternalServerError' } as const;

/** The handler that answers a status: its own, that of its exception, or one for every error. */
export function handlerFor(app: AppFacts, status: 404 | 500): HandlerFacts | undefined {
  const every = new RegExp(`(^|\\.)(${names[status]}|HTTPException|Exception|BaseException)$`);
  return wideHandlers(app).find(
    ({ handles }) =>
      handles === status ||
      (typeof handles === 'string' &&
        ancestry(app, handles)
          .slice(0, 1)
          .some((each) => every.test(each))),
  );
}

/** What shows that errors end in pages of the app. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  for (const status of [404, 500] as const) {
    const found = handlerFor(app, status);
    if (found) yield { ...placeOf(found), why: `The app answers ${status} itself.` };
  }
}
