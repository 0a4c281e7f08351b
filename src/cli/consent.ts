import type { ConsentRequest } from '../packs/trust.ts';
import type { Io } from './io.ts';
import type { Paint } from './paint.ts';
import type { Say } from './say.ts';
import { columnsOf, wrap } from './wrap.ts';

/** What is shown of a pack before somebody is asked whether it may run its code. */
export function consentLines({ pack: { origin }, abilities, before }: ConsentRequest, paint: Paint = plain): string[] {
  const { name, version, source, commit, hash } = origin;
  const changed = before && `You trusted it on ${before.since}; it has changed since.`;
  return [
    paint('bold', `The pack ${name} ${version} brings code.`),
    `  from    ${source}`,
    ...(commit === undefined ? [] : [`  commit  ${commit}`]),
    `  SHA-256 ${hash}`,
    ...(changed ? [paint('yellow', changed)] : []),
    ...abilities.map((each) => `- ${each}`),
  ];
}

/** The question itself. */
export function consentQuestion({ pack: { origin } }: ConsentRequest): string {
  return `Trust this content of ${origin.name}?`;
}

const plain: Paint = (_, text) => text;

/** Shows what a pack may do and asks whether it may; the default is no. */
export async function askConsent(
  request: ConsentRequest,
  { io, say }: { readonly io: Io; readonly say: Say },
): Promise<boolean> {
  const lines = consentLines(request, say.paint);
  say.text(lines.flatMap((line) => (line.startsWith('- ') ? wrap(line, columnsOf(io.output)) : line)));
  const { terminalAsk } = await import('./prompts.ts');
  const answer = await terminalAsk(io)({
    question: { kind: 'confirm', message: consentQuestion(request), help: '', default: false },
    default: false,
    answers: {},
    canGoBack: false,
    apart: true,
  });
  return answer === true;
}
