import { hash } from 'node:crypto';
import type { Call } from '../../core/call.ts';
import type { Ms } from '../../core/units.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import { promptContent } from './prompt-content.ts';

/** Remembers recent prompts: asking the same again is a sign that the answer was of no use. */
export interface RepeatedPrompts {
  /** Records that a call is asked. */
  asked(call: Pick<Call, 'principal' | 'request'>): AskedPrompt;
}

export type AskedPrompt = {
  /** The call that answered the same prompt before, if this is its first repetition. */
  readonly repeats?: string;
  /**
   * Draws one of the key's recent answers, this one included, with equal probability and none twice. As a control
   * group, as many are drawn as are asked again: this shows what to expect if repetition had nothing to do with the
   * model.
   */
  drawn(): string | undefined;
  /**
   * Records that the call was answered. Before that, a repetition is no judgement of the answer: concurrent twins are
   * ignored.
   */
  answered(id: string): void;
};

const maxRemembered = 5_000;
/** A later repetition is a new question, not a second try. */
const repeatedWithinMs: Ms = 600_000;

type Answered = { readonly id: string; readonly at: Ms; readonly repetitions: number; readonly drawn?: true };

/**
 * Creates the memory. A loop repeats the same prompt over and over, which is no sign: only the first repetition counts.
 */
export function repeatedPrompts(now: () => Ms, random: () => number = Math.random): RepeatedPrompts {
  const prompts = new Map<string, Answered>();
  const latest = (key: string) => {
    const known = prompts.get(key);
    return known !== undefined && now() - known.at < repeatedWithinMs ? known : undefined;
  };
  const remember = (key: string, answered: Answered) => rememberLatest(prompts, key, answered, maxRemembered);

  function draw(keyId: string): string | undefined {
    const mine = [...prompts].filter(([key, { drawn }]) => !drawn && key.startsWith(`${keyId} `));
    const [key, answered] = mine[Math.floor(random() * mine.length)] ?? [];
    // The ledger keeps one signal of each kind per call: a second drawing would be lost.
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

function keyOf({ principal, request }: Pick<Call, 'principal' | 'request'>): string {
  const content = promptContent(request.messages);
  return `${principal.keyId} ${hash('sha256', content.join('\n'), 'base64')}`;
}
