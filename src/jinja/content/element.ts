import type { HtmlAttribute, HtmlTag } from '../html.ts';
import type { Loaded, Need } from './need.ts';

type Read = (attribute: HtmlAttribute) => string;

/** Elements that load something, with their attributes. */
const loading: Readonly<Record<string, readonly (readonly [attribute: string, kind: Loaded])[]>> = {
  img: [
    ['src', 'img'],
    ['srcset', 'img'],
    ['data-src', 'img'],
  ],
  input: [
    ['src', 'img'],
    ['formaction', 'form'],
  ],
  button: [['formaction', 'form']],
  image: [
    ['href', 'img'],
    ['xlink:href', 'img'],
  ],
  body: [['background', 'img']],
  source: [
    ['src', 'media'],
    ['srcset', 'img'],
  ],
  video: [
    ['src', 'media'],
    ['poster', 'img'],
  ],
  audio: [['src', 'media']],
  track: [['src', 'media']],
  iframe: [['src', 'frame']],
  frame: [['src', 'frame']],
  embed: [['src', 'object']],
  object: [['data', 'object']],
  form: [['action', 'form']],
  base: [['href', 'base']],
};

/** What an element other than a script or a style loads. */
export function needsOfElement(tag: HtmlTag, read: Read): Need[] {
  if (tag.name === 'link') return ofLink(tag, read);
  return (loading[tag.name] ?? []).flatMap(([name, kind]) =>
    tag.written
      .filter((each) => each.name === name && !/^\s*(#|javascript:|$)/i.test(each.value))
      .flatMap((each) => (name === 'srcset' ? candidates(read(each)) : [read(each)]))
      .map((address): Need => ({ is: 'load', kind, address, at: tag.start })),
  );
}

/** `a.png 1x, b.png 2x`. */
function candidates(srcset: string): string[] {
  return srcset.split(/,\s+/).map((each) => each.trim().replace(/\s+[\d.]+[wxh]$/, ''));
}

const preloaded: Readonly<Record<string, Loaded>> = {
  script: 'script',
  style: 'style',
  font: 'font',
  image: 'img',
  fetch: 'connect',
  worker: 'worker',
  video: 'media',
  audio: 'media',
};

function ofLink(tag: HtmlTag, read: Read): Need[] {
  const kind = kindOf(tag.attributes.get('rel')?.toLowerCase() ?? '', tag.attributes.get('as') ?? '');
  if (!kind) return [];
  return tag.written
    .filter(({ name }) => name === 'href')
    .map((each): Need => ({ is: 'load', kind, address: read(each), at: tag.start }));
}

function kindOf(rel: string, as: string): Loaded | undefined {
  if (/\bstylesheet\b/.test(rel)) return 'style';
  if (/\bicon\b|apple-touch|mask-icon|image_src/.test(rel)) return 'img';
  if (/\bmanifest\b/.test(rel)) return 'manifest';
  if (/\bmodulepreload\b/.test(rel)) return 'script';
  // An expression may give the relation of a style sheet.
  if (/[\ue000]/.test(rel)) return 'style';
  return /\bpreload\b/.test(rel) ? preloaded[as.toLowerCase()] : undefined;
}
