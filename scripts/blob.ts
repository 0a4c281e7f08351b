import { createHash } from 'node:crypto';
import type { Plugin } from 'esbuild';
import { templatesModule } from './catalog.ts';

/** The texts of all templates in one file, which is faster to read than to parse as code. */
export interface Blob {
  readonly file: string;
  readonly text: string;
}

/** Puts the texts of the templates into a file of their own beside the code; gives it to `keep`. */
export function templateBlob(keep: (blob: Blob) => void): Plugin {
  return {
    name: 'template-blob',
    setup(build) {
      build.onLoad({ filter: /[\\/]generated[\\/]templates\.ts$/ }, () => {
        const parts: string[] = [];
        let length = 0;
        const slice = (text: string): string => {
          // One letter more would make V8 keep all texts at two bytes a letter, and everything done with them slower.
          if (!isAscii(text)) return JSON.stringify(text);
          parts.push(text);
          length += text.length;
          return `text(${length - text.length}, ${length})`;
        };
        // The name is known before the texts are, since it stands in the code.
        const name = `templates-${createHash('sha256').update(templatesModule()).digest('hex').slice(0, 8)}.txt`;
        const contents = templatesModule(slice, head(name));
        keep({ file: name, text: parts.join('') });
        return { contents, loader: 'ts' };
      });
    },
  };
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

function head(file: string): string {
  return `import { readFileSync } from 'node:fs';
let all;
function text(start, end) {
  all ??= readFileSync(__dirname + '/${file}', 'latin1');
  return all.slice(start, end);
}
`;
}
