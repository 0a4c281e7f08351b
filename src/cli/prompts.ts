import { emitKeypressEvents } from 'node:readline';
// This module is itself loaded lazily; a named import lets the bundler drop the editor and the other prompts.
import { checkbox, confirm, input, select } from '@inquirer/prompts';
import type { Answer, ChoiceQuestion, ManyQuestion, Question, TextQuestion } from '../mitigation.ts';
import { type Ask, BACK, Left, type Prompt } from './ask.ts';
import type { Io, Output } from './io.ts';
import { colours, type Paint } from './paint.ts';

/** How long an Esc may be the begin of an arrow key; readline's half a second would feel broken. */
const ESCAPE_MS = 50;

interface Context {
  readonly input: NodeJS.ReadableStream;
  readonly output: Output;
  readonly signal: AbortSignal;
  clearPromptOnDone: boolean;
}
interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Asks in the terminal. */
export function terminalAsk(io: Io): Ask {
  const theme = themeOf(colours(io.output, io.env));
  emitKeypressEvents(io.input, { escapeCodeTimeout: ESCAPE_MS } as never);
  return (prompt) => withKeys(io, prompt.canGoBack, (context) => put(prompt, { context, theme }));
}

/** Runs a prompt; Esc ends it with BACK, Ctrl-C, Ctrl-D and the end of the input with Left. */
async function withKeys<T>(
  io: Io,
  canGoBack: boolean,
  run: (context: Context) => Promise<T>,
): Promise<T | typeof BACK> {
  const controller = new AbortController();
  const context = { input: io.input, output: io.output, signal: controller.signal, clearPromptOnDone: false };
  const leave = (): void => controller.abort();
  const onKey = (_: string | undefined, key: Key | undefined): void => {
    if (key?.name === 'escape' && canGoBack) {
      context.clearPromptOnDone = true;
      controller.abort(BACK);
    }
    // readline closes on Ctrl-D and inquirer would then wait for ever.
    if (key?.name === 'd' && key.ctrl) leave();
  };
  io.input.on('keypress', onKey);
  io.input.once('end', leave);
  try {
    return await run(context);
  } catch (error) {
    if (controller.signal.reason === BACK) return BACK;
    if (controller.signal.aborted || (error as Error).name === 'ExitPromptError') throw new Left();
    throw error;
  } finally {
    io.input.removeListener('keypress', onKey);
    io.input.removeListener('end', leave);
  }
}

type Theme = ReturnType<typeof themeOf>;
interface Place {
  readonly context: Context;
  readonly theme: Theme;
}

function put(prompt: Prompt, { context, theme }: Place): Promise<Answer> {
  const { question, default: offered } = prompt;
  const base = { message: question.message, theme: theme(question) };
  switch (question.kind) {
    case 'text':
      return input({ ...base, default: String(offered), validate: validation(question, prompt) }, context);
    case 'choice':
      return select({ ...base, default: String(offered), loop: false, choices: named(question) }, context);
    case 'many':
      return checkbox({ ...base, loop: false, pageSize: 14, choices: ticked(question, offered) }, context);
    case 'confirm':
      return confirm({ ...base, default: offered === true }, context);
  }
}

function validation(question: TextQuestion, { answers }: Prompt): (value: string) => true | string {
  return (value) => question.validate?.(value, answers) ?? true;
}

function named({ choices }: ChoiceQuestion | ManyQuestion): { value: string; name: string; short: string }[] {
  return choices.map(({ value, label }) => ({ value, name: label, short: value }));
}

function ticked(question: ManyQuestion, offered: Answer): { value: string; name: string; checked: boolean }[] {
  const on = Array.isArray(offered) ? offered : [];
  return named(question).map((choice) => ({ ...choice, checked: on.includes(choice.value) }));
}

/** The help stands beside the question while it is open, and is gone once it is answered. */
function themeOf(paint: Paint) {
  return (question: Question) => ({
    prefix: { idle: paint('cyan', '?'), done: paint('green', '✔') },
    style: {
      message: (text: string, status: string) =>
        status === 'done' ? text : `${paint('bold', text)} ${paint('dim', question.help)}`,
    },
  });
}
