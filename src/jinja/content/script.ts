import type { Loaded, Need } from './need.ts';

/** Comments, strings and the code between them. */
const pieces =
  /\/\*[\s\S]*?\*\/|(?<![:"'`\\\w])\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g;

const evaluating =
  /(?<![\w.$])eval\s*\(|(?:\bnew\s+|(?<![\w.$]))Function\s*\((?!\s*["'`]return this)|\bset(?:Timeout|Interval)\s*\(\s*["'`]|(?<![\w$])_\.template\s*\(|\bHandlebars\.compile\s*\(/g;
const styling = /createElement\s*\(\s*["'`]style["'`]/g;
const handling = /\.(?:setAttribute|attr)\s*\(\s*["'`](on[a-z]{3,})["'`]/g;
const painting = /\.(?:setAttribute|attr)\s*\(\s*["'`]style["'`]\s*,/g;
const framing = /createElement\s*\(\s*["'`]iframe["'`]|\biframe\s*:\s*true|\btype\s*:\s*["'`]iframe["'`]/g;
const working = /\bnew\s+(?:Shared)?Worker\s*\(/g;

/** Features of a browser with the words that ask for them. */
const features: readonly (readonly [string, RegExp])[] = [
  ['geolocation', /\bgeolocation\b/g],
  ['camera', /\bgetUserMedia\b|\bHtml5Qrcode/g],
  ['microphone', /\bgetUserMedia\b|\bSpeechRecognition\b/g],
  ['display-capture', /\bgetDisplayMedia\b/g],
  ['payment', /\bPaymentRequest\b|\bpaymentRequest\b/g],
  ['usb', /\bnavigator\.usb\b/g],
  ['serial', /\bnavigator\.serial\b/g],
  ['hid', /\bnavigator\.hid\b/g],
  ['midi', /\brequestMIDIAccess\b/g],
  ['accelerometer', /\b(Accelerometer|devicemotion|deviceorientation)\b/g],
  ['gyroscope', /\b(Gyroscope|devicemotion|deviceorientation)\b/g],
  ['magnetometer', /\b(Magnetometer|deviceorientationabsolute)\b/g],
  ['xr-spatial-tracking', /\bnavigator\.xr\b/g],
];

/** What a script loads, and what it does that a policy forbids; `offset` is that of its text in the file. */
export function needsOfScript(script: string, offset = 0): Need[] {
  const strings: { text: string; at: number; before: string }[] = [];
  const code = script.replace(pieces, (piece, at: number) => {
    if (piece.startsWith('/')) return piece.replace(/[^\n]/g, ' ');
    strings.push({ text: piece.slice(1, -1), at, before: script.slice(Math.max(0, at - 40), at) });
    return piece;
  });
  const at = (pattern: RegExp): number[] => [...code.matchAll(pattern)].map(({ index }) => offset + index);
  return [
    ...strings.flatMap((each) => ofString(each.text, each.before, offset + each.at)),
    ...at(evaluating).map((found): Need => ({ is: 'deed', kind: 'evaluates', at: found })),
    ...at(styling).map((found): Need => ({ is: 'deed', kind: 'styles', at: found })),
    ...at(handling).map((found): Need => ({ is: 'inline', kind: 'handler', at: found })),
    ...at(painting).map((found): Need => ({ is: 'inline', kind: 'style-attribute', at: found })),
    ...at(framing).map((found): Need => ({ is: 'load', kind: 'frame', address: '/', at: found })),
    ...at(working).map((found): Need => ({ is: 'load', kind: 'worker', address: 'blob:', at: found })),
    ...features.flatMap(([kind, pattern]) => at(pattern).map((found): Need => ({ is: 'feature', kind, at: found }))),
  ];
}

function ofString(text: string, before: string, at: number): Need[] {
  if (/<[a-z][^>]*/i.test(text)) return ofMarkup(text, at);
  if (!/^(https?:|wss?:)?\/\/[\w*$\ue000{-][^\s<>]*$/i.test(text) || /^(https?:)?\/\/(www\.)?w3\.org\//.test(text))
    return [];
  return [{ is: 'load', kind: kindOf(text, before), address: text, at }];
}

const byEnding: readonly (readonly [RegExp, Loaded])[] = [
  [/\.m?js$/, 'script'],
  [/\.css$/, 'style'],
  [/\.(png|jpe?g|gif|svg|webp|avif|ico|bmp)$/, 'img'],
  [/\.(woff2?|ttf|otf|eot)$/, 'font'],
  [/\.(mp[34]|web[am]|og[gav]|wav|m4a|flac)$/, 'media'],
];

/** What an address in a script is for: its ending says it, or what stands before it. */
function kindOf(address: string, before: string): Loaded {
  const path = address.replace(/[?#].*$/, '').toLowerCase();
  const ending = byEnding.find(([pattern]) => pattern.test(path))?.[1];
  if (ending) return ending;
  if (/(\bimport\s*\(?|\bfrom|importScripts\s*\(|getScript\s*\(|loadScript\s*\()\s*$/.test(before)) return 'script';
  if (/(\.src\s*=|tileLayer\s*\(|\burl\s*:\s*)\s*$/.test(before) && /\{[xyz]\}/.test(address)) return 'img';
  return /\.src\s*=\s*$/.test(before) ? 'img' : 'connect';
}

const elements = /<[a-z][^<>]*/gi;

/** Markup in a string of a script goes into the page without a nonce. */
function ofMarkup(text: string, at: number): Need[] {
  return [...text.matchAll(elements)].flatMap(([element]): Need[] => {
    const needs: Need[] = [];
    if (/\son[a-z]{3,}\s*=/i.test(element)) needs.push({ is: 'inline', kind: 'handler', at });
    if (/\sstyle\s*=/i.test(element)) needs.push({ is: 'inline', kind: 'style-attribute', at });
    if (/^<style\b/i.test(element)) needs.push({ is: 'deed', kind: 'styles', at });
    const source = /\s(?:src|href)\s*=\s*\\?["']?((?:https?:)?\/\/[^"'\\\s>]+)/i.exec(element)?.[1];
    const kind = kindOfElement(element);
    if (source !== undefined && kind) needs.push({ is: 'load', kind, address: source, at });
    return needs;
  });
}

function kindOfElement(element: string): Loaded | undefined {
  const kinds: Readonly<Record<string, Loaded>> = {
    img: 'img',
    script: 'script',
    iframe: 'frame',
    link: 'style',
    video: 'media',
    audio: 'media',
    source: 'media',
  };
  return kinds[/^<([a-z]+)/i.exec(element)?.[1]?.toLowerCase() ?? ''];
}
