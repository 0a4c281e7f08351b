import type { CiCommand, CiStep } from '../../src/deploy/facts.ts';
import { baseName } from '../../src/deploy/shell.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { Evidence, Place } from '../../src/mitigation.ts';

/** Every app can be checked before it is released. */
export function applies(): boolean {
  return true;
}

/** A check of a pipeline that sees an app that would run in debug. */
export interface Gate extends Place {
  readonly tool: string;
  readonly blocking: boolean;
  readonly active: boolean;
  /** What it is told to look at; empty for all. */
  readonly paths: readonly string[];
}

/** The checks of the pipelines. */
export function gates(app: AppFacts): Gate[] {
  return app.deploy.ci.flatMap((step) => [
    ...ofAction(step),
    ...step.commands.flatMap((command) => ofCommand(app, step, command)),
  ]);
}

const actions: readonly (readonly [RegExp, string])[] = [
  [/bandit/i, 'bandit'],
  [/semgrep|returntocorp/i, 'semgrep'],
  [/codeql-action\/analyze/i, 'CodeQL'],
  [/generator-dewar|dewar/i, 'dewar audit'],
  [/SAST(-IaC)?\.gitlab-ci|sast/i, 'SAST of GitLab'],
];

function ofAction({ uses, blocking, active, file, line, text }: CiStep): Gate[] {
  const tool = uses === undefined ? undefined : actions.find(([pattern]) => pattern.test(uses))?.[1];
  return tool === undefined ? [] : [{ file, line, text, tool, blocking, active, paths: [] }];
}

function ofCommand(app: AppFacts, step: CiStep, command: CiCommand): Gate[] {
  const { words, file, line, text } = command;
  const tool = toolOf(app, words);
  if (tool === undefined) return [];
  const soft = words.some((word) => /^(--exit-zero|--exit-zero-even-if-changed|--soft-fail|--no-error)$/.test(word));
  const plain = words
    .slice(1)
    .filter((word, index) => !word.startsWith('-') && /^[\w./*-]+$/.test(word) && !takesValue.test(words[index] ?? ''));
  const paths = /^(bandit|ruff)$/.test(tool) ? plain.filter((word) => !/^(check|-m|bandit|ruff|all)$/.test(word)) : [];
  return [{ file, line, text, tool, blocking: step.blocking && command.blocking && !soft, active: step.active, paths }];
}

/** Options whose value is the next word. */
const takesValue =
  /^(-[cfoxslnt]|--(config|configfile|format|output|exclude|skip|skips|tests|select|ini|baseline|severity-level|confidence-level))$/;

/** The checks that are known by the whole command. */
const commands: readonly (readonly [RegExp, string])[] = [
  [/\bdewar(@[\w.^~-]+)? audit\b/, 'dewar audit'],
  [/^python[\d.]* \S*debug\S*\.py\b/, 'a check for debug mode'],
  [/^bandit\b(?!.*(-s|--skip)[ =]\S*B201)/, 'bandit'],
  [/^ruff\b.*--(extend-)?select[ =]\S*\b(S|ALL)/, 'ruff'],
  [/^(semgrep|opengrep)\b/, 'semgrep'],
];

function toolOf(app: AppFacts, words: readonly string[]): string | undefined {
  const all = [baseName(words[0] ?? ''), ...words.slice(1)].join(' ').replace(/^python[\d.]* -m /, '');
  const known = commands.find(([pattern]) => pattern.test(all))?.[1];
  if (known !== undefined) return known;
  if (/^ruff\b/.test(all) && selectsSecurity(app)) return 'ruff';
  const plugin = /^flake8\b/.test(all) && app.deploy.packages.some(({ name }) => name === 'flake8-bandit');
  return plugin ? 'flake8-bandit' : undefined;
}

/** The rules of flake8-bandit among those that ruff is configured with. */
function selectsSecurity(app: AppFacts): boolean {
  return app.deploy.tools.some(
    ({ path, text }) =>
      /(pyproject|ruff)\.toml$/.test(path) &&
      /^\s*(extend-)?select\s*=\s*\[[^\]]*["'](S|S2|S20|S201|ALL)["']/m.test(text),
  );
}

/** What shows that a pipeline stops an app that would run in debug. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  for (const { tool, blocking, active, file, line, text } of gates(app))
    if (active) yield { file, line, text, why: blocking ? `${tool} stops the pipeline.` : `${tool} runs.` };
}
