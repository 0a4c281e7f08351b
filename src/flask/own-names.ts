import type { Module } from './project.ts';

/** A name that no module of these binds. */
export function freeName(wanted: string, modules: readonly Module[], suffix = '_extension'): string {
  const bound = boundNames(modules);
  if (!bound.has(wanted)) return wanted;
  return bound.has(wanted + suffix) ? `dewar_${wanted}` : wanted + suffix;
}

/** Every name that these modules bind, in whatever scope. */
export function boundNames(modules: readonly Module[]): ReadonlySet<string> {
  return new Set(
    modules.flatMap(({ imports, assigns, functions, classes }) => [
      ...imports.map(({ local }) => local),
      ...[...assigns, ...functions, ...classes].map(({ name }) => name),
    ]),
  );
}

/** The package that a module belongs to; empty for a module at the top. */
export function packageOf(module: Module): string {
  return module.path.endsWith('__init__.py') ? module.name : module.name.split('.').slice(0, -1).join('.');
}

/** How a module is written in an import: relative in a package, unless the importing module writes full names. */
export function writtenFrom(from: Module, module: string): string {
  const top = packageOf(from);
  const near = top !== '' && (module === top || module.startsWith(`${top}.`));
  const { text } = from.source;
  const full = from.imports.some((each) => each.module.startsWith(top) && text.includes(`from ${each.module} import`));
  return near && !full ? `.${module.slice(top.length + 1)}` : module;
}
