import type { ConsentRequest } from '../packs/trust.ts';
import type { Io } from './io.ts';
import type { Say } from './say.ts';
import { columnsOf, wrap } from './wrap.ts';

/** Shows what a pack may do and asks whether it may; the default is no. */
export async function askConsent(
  { pack: { origin }, abilities, before }: ConsentRequest,
  { io, say }: { readonly io: Io; readonly say: Say },
): Promise<boolean> {
  const { name, version, source, commit, hash } = origin;
  const changed = before && `You trusted it on ${before.since}; it has changed since.`;
  say.text([
    say.paint('bold', `The pack ${name} ${version} brings code.`),
    `  from    ${source}`,
    ...(commit === undefined ? [] : [`  commit  ${commit}`]),
    `  SHA-256 ${hash}`,
    ...(changed ? [say.paint('yellow', changed)] : []),
    ...abilities.flatMap((each) => wrap(`- ${each}`, columnsOf(io.output))),
  ]);
  const { terminalAsk } = await import('./prompts.ts');
  const answer = await terminalAsk(io)({
    question: { kind: 'confirm', message: `Trust this content of ${name}?`, help: '', default: false },
    default: false,
    answers: {},
    canGoBack: false,
    apart: true,
  });
  return answer === true;
}
