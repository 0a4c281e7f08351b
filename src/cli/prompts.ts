import { emitKeypressEvents } from 'node:readline';
// This module is itself loaded lazily; a named import lets the bundler drop the editor and the other prompts.
import { checkbox, confirm, input, select } from '@inquirer/prompts';
import type { Answer, ManyQuestion, Question, TextQuestion } from '../mitigation.ts';
import { answeredLines, rowsOf } from './answered.ts';
import { type Ask, BACK, Left, type Prompt } from './ask.ts';
import type { Io, Output } from './io.ts';
import { colours, type Paint } from './paint.ts';
import { columnsOf, fitted, wrap } from './wrap.ts';

/** How long an Esc may be the begin of an arrow key; readline's half a second would feel broken. */
const ESCAPE_MS = 50;
/** Rows that a list of choices needs for its question and its keys. */
const AROUND_LIST = 6;
/** Columns before a choice: the pointer and the tick. */
const BEFORE_CHOICE = 4;

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

/** Asks in the terminal; a question that is put again takes the place of its earlier answer. */
export function terminalAsk(io: Io): Ask {
  const paint = colours(io.output, io.env);
  emitKeypressEvents(io.input, { escapeCodeTimeout: ESCAPE_MS } as never);
  /** Rows that each answer above takes, down to what was printed otherwise. */
  let above: number[] = [];
  return async (prompt) => {
    if (prompt.apart) above = [];
    const answer = await withKeys(io, prompt.canGoBack, (context) => put(prompt, { context, paint }));
    if (answer === BACK) {
      erase(io.output, above.pop() ?? 0);
      return BACK;
    }
    const lines = answeredLines(prompt.question, answer, { paint, columns: columnsOf(io.output) });
    io.output.write(`${lines.join('\n')}\n`);
    above.push(rowsOf(lines, columnsOf(io.output)));
    return answer;
  };
}

function erase(output: Output, rows: number): void {
  if (rows > 0) output.write(`\u001B[${rows}A\r\u001B[J`);
}

/** Runs a prompt; Esc ends it with BACK, Ctrl-C, Ctrl-D and the end of the input with Left. */
async function withKeys<T>(
  io: Io,
  canGoBack: boolean,
  run: (context: Context) => Promise<T>,
): Promise<T | typeof BACK> {
  const controller = new AbortController();
  // The answer gets a line of ours; a question that is left stays where it is.
  const context = { input: io.input, output: io.output, signal: controller.signal, clearPromptOnDone: true };
  const leave = (): void => {
    context.clearPromptOnDone = false;
    controller.abort();
  };
  const onKey = (_: string | undefined, key: Key | undefined): void => {
    if (key?.name === 'escape' && canGoBack) controller.abort(BACK);
    if (key?.name === 'c' && key.ctrl) context.clearPromptOnDone = false;
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

interface Place {
  readonly context: Context;
  readonly paint: Paint;
}

function put(prompt: Prompt, { context, paint }: Place): Promise<Answer> {
  const { question, default: offered } = prompt;
  const columns = columnsOf(context.output);
  const base = { message: question.message, theme: themeOf(question, { paint, columns }) };
  const pageSize = Math.max(4, Math.min(14, (context.output.rows ?? 24) - AROUND_LIST));
  const named = (choices: ManyQuestion['choices']) =>
    choices.map(({ value, label }) => ({ value, name: fitted(label, columns - BEFORE_CHOICE) }));
  switch (question.kind) {
    case 'text':
      return input({ ...base, default: String(offered), validate: validation(question, prompt) }, context);
    case 'choice':
      return select(
        { ...base, default: String(offered), loop: false, pageSize, choices: named(question.choices) },
        context,
      );
    case 'many': {
      const on = Array.isArray(offered) ? offered : [];
      const choices = named(question.choices).map((choice) => ({ ...choice, checked: on.includes(choice.value) }));
      return checkbox({ ...base, loop: false, pageSize, choices }, context);
    }
    case 'confirm':
      return confirm({ ...base, default: offered === true }, context);
  }
}

function validation(question: TextQuestion, { answers }: Prompt): (value: string) => true | string {
  return (value) => question.validate?.(value, answers) ?? true;
}

/** The hint stands beside the question while it is open, and is gone once it is answered. */
function themeOf({ message, hint = '' }: Question, { paint, columns }: { paint: Paint; columns: number }) {
  const lines = wrap(`${message} ${hint}`.trimEnd(), columns - 2);
  const open = lines.map((line, index) => {
    const bold = index === 0 ? Math.min(message.length, line.length) : 0;
    return paint('bold', line.slice(0, bold)) + (line.length > bold ? paint('dim', line.slice(bold)) : '');
  });
  return {
    prefix: { idle: paint('cyan', '?'), done: '' },
    style: { message: () => open.join('\n  ') },
  };
}
