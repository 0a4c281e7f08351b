const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** The value of an attribute as a browser reads it; undefined where a name of a character is not one of the usual. */
export function decodeEntities(text: string): string | undefined {
  let strange = false;
  const decoded = text.replace(/&(#x[\da-f]+|#\d+|[a-z][a-z\d]*);/gi, (_, name: string) => {
    const known = name.startsWith('#') ? ofNumber(name.slice(1)) : named[name];
    strange ||= known === undefined;
    return known ?? '';
  });
  return strange ? undefined : decoded.replaceAll('\r\n', '\n');
}

function ofNumber(number: string): string {
  const code = /^x/i.test(number) ? Number.parseInt(number.slice(1), 16) : Number(number);
  return String.fromCodePoint(Math.min(code, 0x10ffff));
}
