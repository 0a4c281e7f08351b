import { version } from '../version.ts';
import { manifestFile } from './contents.ts';

/** The files of a pack that does a little of everything and keeps the contract, by path below its folder. */
export function packSkeleton(name: string): Readonly<Record<string, string>> {
  return {
    [manifestFile]: manifest(name),
    [`templates/${name}/root/docs/${name}.md`]: page(),
    'package.json': packageJson(name),
    'test/pack.test.mjs': test,
    'README.md': readme(name),
  };
}

function manifest(name: string): string {
  return `name: ${name}
version: 0.1.0
summary: How we build Flask apps
dewar: '>=${version}'

# Asked together with Dewar's own questions, and flags of dewar new. Everything here is an example: replace it.
questions:
  team:
    kind: text
    format: slug
    message: Which team owns the app?
    help: Name of the owning team.
    default: platform

# Defaults of other questions.
answers:
  deps: uv

# What every app of ours keeps to; dewar audit checks it.
policy:
  require: [headers, csrf]
  texts:
    - text: "'unsafe-inline'"
      in: [.py]
      why: the CSP must not allow inline scripts or styles

# Lines in files of the app.
changes:
  - entry:
      slot: readme.places
      lines: '| \`docs/${name}.md\` | who owns this app |'
`;
}

function page(): string {
  return `# Who owns <%= md(project.title) %>

The team <%= answers.team %>.
<% if (has.sessions && answers.store === 'redis') { -%>

Its sessions lie in Redis.
<% } -%>
`;
}

function packageJson(name: string): string {
  const content = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    files: [manifestFile, 'locks.json', 'templates', 'mitigations', 'code'],
    scripts: { test: 'node --test' },
    devDependencies: { 'generator-dewar': `^${version}` },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const test = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkPack } from 'generator-dewar/testing';

test('the pack keeps its contract', async () => {
  assert.deepEqual(await checkPack(fileURLToPath(new URL('..', import.meta.url))), []);
});
`;

function readme(name: string): string {
  return `# ${name}

A pack for [Dewar](https://www.npmjs.com/package/generator-dewar).

\`\`\`sh
dewar pack check .
dewar new ../my-app --pack .
npm install && npm test
\`\`\`
`;
}
