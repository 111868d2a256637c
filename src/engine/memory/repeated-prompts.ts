import { hash } from 'node:crypto';
import type { Call } from '../../core/call.ts';
import type { Ms } from '../../core/units.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import { promptContent } from './prompt-content.ts';

/** Remembers what was answered lately: the same words again are a sign that the answer was of no use. */
export interface RepeatedPrompts {
  /** Notes that a call is asked. */
  asked(call: Call): AskedPrompt;
}

export type AskedPrompt = {
  /** The call that was answered to the same words before, where this is the first repetition. */
  readonly repeats?: string;
  /**
   * Any of the key's answers of late, this one too, each as likely as another and none twice. As many of them as are asked
   * again say what would be if it had nothing to do with the model.
   */
  drawn(): string | undefined;
  /** Notes that the call was answered. Until then nobody can find its answer of no use: twins at one time say nothing. */
  answered(id: string): void;
};

const mostRemembered = 5_000;
/** Later than this, it is a new day and not a second try. */
const repeatedWithinMs: Ms = 600_000;

type Answered = { readonly id: string; readonly at: Ms; readonly repetitions: number; readonly drawn?: true };

/** A loop asks the same over and over, which says nothing: only the first repetition counts. */
export function repeatedPrompts(now: () => Ms, random: () => number = Math.random): RepeatedPrompts {
  const prompts = new Map<string, Answered>();
  const latest = (key: string) => {
    const known = prompts.get(key);
    return known !== undefined && now() - known.at < repeatedWithinMs ? known : undefined;
  };
  const remember = (key: string, answered: Answered) =>
    rememberLatest(prompts, key, answered, mostRemembered);

  function draw(keyId: string): string | undefined {
    const mine = [...prompts].filter(([key, { drawn }]) => !drawn && key.startsWith(`${keyId} `));
    const [key, answered] = mine[Math.floor(random() * mine.length)] ?? [];
    // What the ledger holds of a call is one sign of each kind: a second drawing would be lost.
    if (key !== undefined && answered) prompts.set(key, { ...answered, drawn: true });
    return answered?.id;
  }

  return {
    asked(call) {
      const key = keyOf(call);
      const before = latest(key);
      if (before) remember(key, { ...before, at: now(), repetitions: before.repetitions + 1 });
      return {
        ...(before?.repetitions === 0 && { repeats: before.id }),
        drawn: () => draw(call.principal.keyId),
        answered(id) {
          if (!latest(key)) remember(key, { id, at: now(), repetitions: 0 });
        },
      };
    },
  };
}

function keyOf({ principal, request }: Call): string {
  const said = promptContent(request.messages);
  return `${principal.keyId} ${hash('sha256', said.join('\n'), 'base64')}`;
}
