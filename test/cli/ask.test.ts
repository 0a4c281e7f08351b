import { describe, expect, it } from 'vitest';
import type { Sources } from '../../src/cli/answers.ts';
import { type Ask, BACK, type Interview, interview, Left, type Prompt } from '../../src/cli/ask.ts';
import type { Answer } from '../../src/mitigation.ts';
import { definitions } from '../support/fake-wiring.ts';

const [standard, paas] = definitions.presets;
if (standard === undefined || paas === undefined) throw new Error('the presets of the tests are gone');
const sources: Sources = {
  given: {},
  preset: standard,
  presetNamed: false,
  with: [],
  without: [],
  directory: 'my-app',
};

type Reply = Answer | typeof BACK | 'default';

/** Replies in turn and keeps what was asked; `default` takes what is offered. */
function scripted(replies: readonly Reply[]): { ask: Ask; asked: string[]; prompts: Prompt[] } {
  const left = [...replies];
  const prompts: Prompt[] = [];
  const ask: Ask = async (prompt) => {
    prompts.push(prompt);
    const reply = left.shift() ?? 'default';
    return reply === 'default' ? prompt.default : reply;
  };
  return {
    ask,
    prompts,
    get asked() {
      return prompts.map(({ question, default: offered }) => `${question.message} ${String(offered)}`);
    },
  };
}

async function run(replies: readonly Reply[], changes: Partial<Interview> = {}) {
  const script = scripted(replies);
  const session: Interview = {
    definitions,
    sources,
    git: false,
    install: false,
    ask: script.ask,
    review: async () => undefined,
    ...changes,
  };
  return { ...(await interview(session)), script };
}

describe('the interview', () => {
  it('asks each question once, in order, with defaults that follow from earlier answers', async () => {
    const { answers, chosen, script } = await run(['Acme Portal']);
    expect(script.asked).toEqual([
      'What is the app called? my app',
      'Python package acme_portal',
      'Example pages? true',
      'Which defences? sessions,csrf,server,templating',
      'Reverse proxy nginx',
      'Domain portal.example.com',
      'Deployment files systemd,docker',
    ]);
    expect(answers).toEqual({
      name: 'Acme Portal',
      package: 'acme_portal',
      examples: true,
      proxy: 'nginx',
      domain: 'portal.example.com',
      deployFiles: ['systemd', 'docker'],
    });
    expect(chosen).toEqual(['sessions', 'csrf', 'server', 'templating']);
  });

  it('goes back one question and offers the earlier answer', async () => {
    const { answers, script } = await run(['Acme', 'acme_web', BACK, 'default', false]);
    expect(script.asked.slice(1, 5)).toEqual([
      'Python package acme',
      'Example pages? true',
      'Python package acme_web',
      'Example pages? true',
    ]);
    expect(answers).toMatchObject({ package: 'acme_web', examples: false });
  });

  it('suggests anew what was only taken over, once the answer it follows from has changed', async () => {
    const { answers } = await run(['Acme', 'default', BACK, BACK, 'Other']);
    expect(answers).toMatchObject({ name: 'Other', package: 'other' });
  });

  it('keeps what was typed although the answer it followed from has changed', async () => {
    const { answers } = await run(['Acme', 'mine', BACK, BACK, 'Other']);
    expect(answers).toMatchObject({ name: 'Other', package: 'mine' });
  });

  it('says that there is nothing before the first question', async () => {
    const { script } = await run(['default', BACK]);
    expect(script.prompts.map(({ canGoBack }) => canGoBack).slice(0, 3)).toEqual([false, true, false]);
  });

  it('leaves out questions that do not apply, and those of defences that were not chosen', async () => {
    const without = await run(['default', 'default', 'default', ['templating']]);
    expect(without.script.asked).toHaveLength(4);
    expect(without.answers).not.toHaveProperty('proxy');
    const bare = await run(['default', 'default', 'default', 'default', 'none']);
    expect(bare.script.asked.map((line) => line.split(' ')[0])).not.toContain('Domain');
    expect(bare.answers).toMatchObject({ proxy: 'none', domain: 'portal.example.com' });
  });

  it('asks again what applies after going back', async () => {
    const { answers, script } = await run([
      'default',
      'default',
      'default',
      'default',
      'none',
      BACK,
      'nginx',
      'example.org',
    ]);
    expect(script.asked.at(-2)).toBe('Domain portal.example.com');
    expect(answers).toMatchObject({ proxy: 'nginx', domain: 'example.org' });
  });

  it('brings along what a chosen defence needs', async () => {
    const { chosen } = await run(['default', 'default', 'default', ['csrf']]);
    expect(chosen).toEqual(['sessions', 'csrf']);
  });

  it('does not ask what is given, nor for the defences where flags or a preset say them', async () => {
    const { script } = await run([], {
      sources: { ...sources, given: { name: 'X' }, preset: paas, presetNamed: true },
    });
    expect(script.asked).toEqual([
      'Python package x',
      'Example pages? true',
      'Reverse proxy none',
      'Deployment files ',
    ]);
  });

  it('asks about Git and installing last', async () => {
    const { git, install, script } = await run(['default', 'default', 'default', 'default', 'none', 'default', true], {
      git: undefined,
      install: undefined,
    });
    expect(script.asked.slice(-2)).toEqual([
      'Make a Git repository with a first commit? false',
      'Install the dependencies now? false',
    ]);
    expect([git, install]).toEqual([true, false]);
  });

  it('returns from the review to the last question', async () => {
    let reviews = 0;
    const review: Interview['review'] = async () => (++reviews === 1 ? BACK : undefined);
    const replies: Reply[] = Array.from({ length: 7 }, () => 'default');
    const { answers, script } = await run([...replies, ['docker']], { review });
    expect([script.asked.length, reviews]).toEqual([8, 2]);
    expect(answers['deployFiles']).toEqual(['docker']);
  });

  it('is left by going back from the review where nothing was asked', async () => {
    const given = { name: 'X', package: 'x', examples: true };
    const bare = { ...definitions, catalog: [] };
    const review: Interview['review'] = async () => BACK;
    await expect(
      run([], { definitions: bare, sources: { ...sources, given, presetNamed: true }, review }),
    ).rejects.toThrow(Left);
  });
});
