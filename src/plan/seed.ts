/**
 * The start of a uv.lock from the `name==version` lines of a requirements file: `uv lock` keeps the versions that fit and
 * fills in the rest, from whatever index its user has set. It is no valid lock by itself.
 */
export function lockSeed(requirements: string): string {
  const pins = [...requirements.matchAll(/^([\w.-]+)==([\w.]+)/gm)];
  const packages = pins.map(
    ([, name, version]) => `\n[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "." }\n`,
  );
  return `version = 1\nrequires-python = ">=3.11"\n${packages.join('')}`;
}
