import type { Place } from '../mitigation.ts';
import type { PackageUse } from './facts.ts';
import { normalName } from './requirement.ts';
import { shellCommands, unwrap } from './shell.ts';

/** The packages that shell lines install by name, with pip, uv, Poetry or the system's manager. */
export function installedBy(text: string, place: Place): PackageUse[] {
  return shellCommands(text).flatMap(({ words }) => {
    const given = unwrap(words).words;
    const at = given.findIndex((word, index) => index > 0 && /^(install|add)$/.test(word));
    if (at === -1 || !/^(pip3?|uv|poetry|pipenv|python3?|apk|apt|apt-get|pdm)([\d.]*)$/.test(given[0] ?? '')) return [];
    return given
      .slice(at + 1)
      .filter((word) => /^[A-Za-z][\w.-]*(\[.*\])?([<>=!~].*)?$/.test(word))
      .map((word) => ({
        ...place,
        name: normalName(word),
        range: word.replace(/^[\w.-]+(\[.*\])?/, ''),
        group: 'runtime' as const,
        locked: false,
      }));
  });
}
