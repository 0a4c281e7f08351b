import { type Placed, type PyCall, text, type Value } from '../python/model.ts';
import type { SessionUse } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';

const writes = /^(setdefault|update)$/;
const clears = /^(clear|pop|popitem)$/;

/** Every use of Flask's session, of flashed messages and of Flask-Login's sign-in. */
export function findSessionUses(project: Project): SessionUse[] {
  return [...project.modules.values()].flatMap((module) => [
    ...items(module, project),
    ...assigned(module, project),
    ...calls(module, project),
  ]);
}

function isSession(target: string, project: Project): boolean {
  const name = target.startsWith('flask.') ? target : project.resolve(target);
  return name === 'flask.session' || name === 'flask.globals.session';
}

function use(
  module: Module,
  at: Placed,
  { mode, key }: { mode: SessionUse['mode']; key?: Value | undefined },
): SessionUse {
  const name = text(key);
  return { ...placeAt(module, at.start), mode, ...(name !== undefined && { key: name }), role: module.role };
}

function items(module: Module, project: Project): SessionUse[] {
  const modes = { read: 'read', write: 'write', delete: 'clear' } as const;
  return module.items
    .filter(({ target }) => isSession(target, project))
    .map((item) => use(module, item, { mode: modes[item.mode], key: item.key }));
}

function assigned(module: Module, project: Project): SessionUse[] {
  return module.assigns
    .filter(
      (each) =>
        !each.key && /\.permanent$/.test(each.name) && isSession(each.target.replace(/\.permanent$/, ''), project),
    )
    .map((each) => use(module, each, { mode: 'write' }));
}

function calls(module: Module, project: Project): SessionUse[] {
  return module.calls.flatMap((call) => {
    const mode = functions.find(([name]) => name.test(call.target))?.[1] ?? methodMode(call, project);
    return mode === undefined ? [] : [use(module, call, { mode, key: call.args[0]?.value })];
  });
}

const functions: readonly (readonly [RegExp, SessionUse['mode']])[] = [
  [/^flask\.(helpers\.)?(flash|get_flashed_messages)$/, 'flash'],
  [/^flask_(login|security)\.(utils\.)?login_user$/, 'login'],
];

function methodMode(
  { target, args }: Pick<PyCall, 'target' | 'args'>,
  project: Project,
): SessionUse['mode'] | undefined {
  const [, object = '', method = ''] = /^(.+)\.(\w+)$/.exec(target) ?? [];
  if (!isSession(object, project)) return undefined;
  return writes.test(method) && args.length > 0 ? 'write' : clears.test(method) ? 'clear' : 'read';
}
