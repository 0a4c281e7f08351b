import type { SettingChange, Variable } from '../mitigation.ts';

/** A setting's value as Python of an app that has no settings module of Dewar's: variables are read from `os.environ`. */
export function expressionOf(value: SettingChange['value']): string {
  return typeof value === 'string' ? value : readers[value.type](value);
}

const get = ({ variable, arguments: more }: Variable): string =>
  `os.environ.get("${variable}"${more === undefined ? '' : `, ${more}`})`;

const readers: Readonly<Record<Variable['type'], (variable: Variable) => string>> = {
  text: get,
  secret: ({ variable }) => `os.environ.get("${variable}")`,
  choice: ({ variable }) => `os.environ.get("${variable}")`,
  folder: ({ variable }) => `os.environ.get("${variable}")`,
  number: ({ variable, arguments: more }) => `int(os.environ.get("${variable}") or ${more ?? 0})`,
  flag: ({ variable }) => `os.environ.get("${variable}", "").lower() in ("1", "true", "yes", "on")`,
  items: ({ variable }) => `[item.strip() for item in os.environ.get("${variable}", "").split(",") if item.strip()]`,
};
