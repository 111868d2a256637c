import type { AcceptanceQuestion, Flaw, StepAnswer } from '../core/routing/acceptance.ts';
import { isCut, replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import { asksBack, isRefusal, isUnsure } from './refusals.ts';
import type { Sign } from './sign.ts';

/** Whether an answer is whole, and stands by what it says. */
export function soundness(
  { features }: Pick<AcceptanceQuestion, 'features'>,
  { reply }: Pick<StepAnswer, 'reply'>,
): Sign {
  const text = replyText(reply);
  const flaw = noAnswer(reply);
  if (flaw) return { ...flaw, veto: true };
  if (isUnsure(text)) return { signal: 'hedging', says: 'it is not sure of itself', worth: 'hedging' };
  if (asksBack(text)) return { signal: 'hedging', says: 'it asks for more instead', worth: 'hedging' };
  return lengthOf(text, features.prompt ?? '');
}

/** What makes a reply no answer at all. */
export function noAnswer(reply: CollectedReply): Flaw | undefined {
  const text = replyText(reply);
  const said =
    reply.blocks.some(({ type }) => type === 'tool-call' || type === 'image') || text.trim() !== '';
  const refused =
    reply.blocks.some(({ type }) => type === 'refusal') || reply.finish?.reason === 'content-filter';
  if (refused || isRefusal(text)) return { signal: 'refusal', says: 'it refuses' };
  if (!said) return { signal: 'refusal', says: 'it says nothing' };
  return isCut(reply) ? { signal: 'length', says: 'it was cut off at the output limit' } : undefined;
}

/** Struggling shows in length: a small question answered at great length. */
function lengthOf(text: string, prompt: string): Sign {
  const [asked, answered] = [prompt.length, text.length];
  if (answered > 6_000 && answered > 20 * asked) {
    return { signal: 'length', says: `${answered} characters for a question of ${asked}`, worth: 'long' };
  }
  return { signal: 'length', says: 'whole, and of a length that fits', worth: 'fits' };
}
