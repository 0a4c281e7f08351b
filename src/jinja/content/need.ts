import type { Span } from '../../source/text.ts';

/** What a page loads, by the directive of a content security policy that rules over it. */
export type Loaded =
  | 'script'
  | 'style'
  | 'img'
  | 'font'
  | 'media'
  | 'frame'
  | 'object'
  | 'connect'
  | 'form'
  | 'manifest'
  | 'base'
  | 'worker';

/** Code that stands in a page. */
export type Inline = 'script' | 'style' | 'handler' | 'script-address' | 'style-attribute';

/** What a script does that a policy forbids unless told otherwise: run text as code, or write style elements. */
export type Deed = 'evaluates' | 'styles';

/** One thing that a page needs from its headers: most of all what a content security policy must allow;
 * a feature is one that a permissions policy rules over. Offsets are those of its file.
 */
export type Need =
  | {
      readonly is: 'load';
      readonly kind: Loaded;
      readonly address: string;
      readonly at: number;
      readonly nonce?: number;
      /** It has a nonce. */
      readonly marked?: true;
    }
  | {
      readonly is: 'inline';
      readonly kind: Inline;
      readonly at: number;
      /** The code as the browser sees it; absent where it is known only when the page is made. */
      readonly code?: string;
      /** Where a nonce can be put; absent where there is one, and where none would help. */
      readonly nonce?: number;
      /** It has its nonce, or its filter. */
      readonly marked?: true;
      /** The value of an attribute of a template, where a filter can be put around it. */
      readonly value?: Span;
    }
  | { readonly is: 'deed'; readonly kind: Deed; readonly at: number }
  | { readonly is: 'feature'; readonly kind: string; readonly at: number };
