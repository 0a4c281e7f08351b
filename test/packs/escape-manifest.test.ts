import { describe, expect, it } from 'vitest';
import { bait, refusal } from '../support/bait.ts';
import { manifest } from '../support/packs.ts';

describe('the manifest', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  it.each([
    ['nmae: x\n', /dewar\.pack\.yaml:5: nmae: there is no such field.*did you mean name\?/],
    ['questions: [a]\n', /dewar\.pack\.yaml:5: questions: \["a"\] is no mapping/],
    ['presets:\n  - name: a\n', /dewar\.pack\.yaml:6: presets\[1\]: summary is missing/],
    ['questions:\n  __proto__: { kind: confirm, message: a, help: b., default: true }\n', /:6: questions\.__proto__/],
    ['questions:\n  constructor: { kind: confirm, message: a, help: b., default: true }\n', /:6: .*cannot be the key/],
    ['questions:\n  name: { kind: confirm, message: a, help: b., default: true }\n', /the question name is asked by/],
    ['questions:\n  yes: { kind: confirm, message: a, help: b., default: true }\n', /--yes is a flag of dewar already/],
    [
      'questions:\n  a: { kind: choice, message: a, help: b., default: x, choices: [y] }\n',
      /:6: .*not among the choices/,
    ],
    [
      'questions:\n  a: { kind: run, message: a, help: b., default: x }\n',
      /:6: questions\.a\.kind: "run" is not one of/,
    ],
    ['answers: { stoer: redis }\n', /there is no question stoer; did you mean store\?/],
    ['answers: { store: rediss }\n', /store: "rediss" is not one of/],
    ['changes:\n  - run: { command: ls }\n', /:6: changes\[1\]: a change has one of/],
    ['changes:\n  - entry: { slot: no.such, lines: x }\n', /:6: there is no slot no\.such/],
    ['changes:\n  - entry: { slot: readme.run, template: ../../../outside/secret.txt }\n', /:6: there is no template/],
    ['changes:\n  - setting: { key: A, tier: base, value: "<%= process %>", why: b }\n', /:6: "process"/],
    ['changes:\n  - package: { name: left-pad, range: ">=1" }\n', /:6: no hashes are known for left-pad/],
    ['changes:\n  - package: { name: flask, range: ">=1 ; rm" }\n', /:6: .*is no range of versions/],
    ['files:\n  - { path: ../x, when: "true" }\n', /:6: there is no template \.\.\/x/],
    ['policy: { answers: { nobody: 1 } }\n', /:5: .*put it in quotes/],
    ['code: { plan: ../../evil.mjs }\n', /:5: code\.plan: .*below code\//],
    ['a: &a [x]\nb: *a\n', /:6: aliases are not read/],
    ['summary: twice\n', /:5: Map keys must be unique/],
    ['a: !!js/function "x"\n', /:5: /],
    [`a: ${deep}\n`, /dewar\.pack\.yaml/],
    ['a: [\n', /dewar\.pack\.yaml:\d+: /],
    ['dewar: ">=99"\n', /:5: /],
  ])('that says %j is refused with its place', async (more, why) => {
    expect(await refusal(bait({ 'acme/dewar.pack.yaml': manifest('acme', more) }))).toMatch(why);
  });

  it('for another Dewar is refused', async () => {
    const here = bait();
    here.edit('acme/dewar.pack.yaml', (text) => text.replace('>=0.1', '>=9,<10'));
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', './acme');
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining('is for Dewar >=9,<10') });
  });

  it('cannot let mitigations need one another in a circle, or one that is nowhere', async () => {
    const of = (needs: string): string => `title: A circle\nweaknesses: []\nasvs: []\nthreats: []\nneeds: [${needs}]\n`;
    const circle = { 'acme/mitigations/aa/mitigation.yaml': of('bb'), 'acme/mitigations/bb/mitigation.yaml': of('aa') };
    expect(await refusal(bait(circle))).toContain(
      'The pack acme: The order of the mitigations is circular: aa -> bb -> aa',
    );
    expect(await refusal(bait({ 'acme/mitigations/aa/mitigation.yaml': of('zz') }))).toContain(
      'The pack acme: There is no mitigation "zz"',
    );
  });
});

describe('two packs', () => {
  const two = {
    'acme/templates/app/root/SECURITY.md': 'acme\n',
    'web/dewar.pack.yaml': manifest('web'),
    'web/templates/app/root/SECURITY.md': 'web\n',
  };
  it('cannot replace one file, unless the later one says that it knows the other', async () => {
    const here = bait(two);
    expect(await refusal(here, '--pack', './web')).toContain('both replace app/root/SECURITY.md');
    here.write('web/dewar.pack.yaml', manifest('web', 'over: [acme]\n'));
    expect((await here.run('new', 'shop', '--yes', '--pack', './acme', '--pack', './web')).exit).toBe(0);
    expect(here.read('shop/SECURITY.md')).toBe('web\n');
    const { packs } = JSON.parse(here.read('shop/.dewar/project.json'));
    expect(packs.map(({ name }: { name: string }) => name)).toEqual(['acme', 'web']);
  });

  it('cannot write one new file', async () => {
    const here = bait({
      'acme/templates/acme/root/a.txt': 'acme',
      'web/dewar.pack.yaml': manifest('web'),
      'web/templates/web/root/a.txt': 'web',
    });
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', './acme', '--pack', './web');
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining('acme and web both write a.txt') });
  });

  it('cannot have one name, nor ask one question', async () => {
    expect(await refusal(bait(), '--pack', './acme')).toContain('acme is the name of something that is there already');
    const team = 'questions:\n  team: { kind: confirm, message: a, help: b., default: true }\n';
    const files = { 'acme/dewar.pack.yaml': manifest('acme', team), 'web/dewar.pack.yaml': manifest('web', team) };
    expect(await refusal(bait(files), '--pack', './web')).toContain('the question team is asked by');
  });
});
