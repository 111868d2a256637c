import type { AcceptanceQuestion, Flaw, StepAnswer } from '../core/routing/acceptance/acceptance.ts';
import { isCut, replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { isDictated } from './dictated.ts';
import { abstains, asksBack, isRefusal, isUnsure } from './refusals.ts';
import type { Sign } from './sign.ts';

/** Checks whether an answer is complete and confident. */
export function soundness(
  { features, request }: Pick<AcceptanceQuestion, 'features' | 'request'>,
  { reply }: Pick<StepAnswer, 'reply'>,
): Sign {
  const text = replyText(reply);
  const flaw = noAnswer(reply, request);
  if (flaw) return { ...flaw, veto: true };
  const doubt = doubtOf(text);
  if (doubt !== undefined && !isDictated(text, request))
    return { signal: 'hedging', says: doubt, worth: 'hedging' };
  return lengthOf(text, features.work.prompt ?? '');
}

function doubtOf(text: string): string | undefined {
  if (isUnsure(text)) return 'it is not sure of itself';
  if (abstains(text)) return 'it finds no answer in what it was given';
  return asksBack(text) ? 'it asks for more instead' : undefined;
}

/** Returns what makes a reply no answer: a refusal, no content, or a cut at the output limit. */
export function noAnswer(reply: CollectedReply, request: Pick<ModelRequest, 'messages'>): Flaw | undefined {
  const text = replyText(reply);
  const hasContent =
    reply.blocks.some(({ type }) => type === 'tool-call' || type === 'image') || text.trim() !== '';
  const refused =
    reply.blocks.some(({ type }) => type === 'refusal') || reply.finish?.reason === 'content-filter';
  if (refused || (isRefusal(text) && !isDictated(text, request)))
    return { signal: 'refusal', says: 'it refuses' };
  if (!hasContent) return { signal: 'refusal', says: 'it says nothing' };
  return isCut(reply) ? { signal: 'length', says: 'it was cut off at the output limit' } : undefined;
}

/** A very long answer to a small question suggests that the model struggled. */
function lengthOf(text: string, prompt: string): Sign {
  const [asked, answered] = [prompt.length, text.length];
  if (answered > 6_000 && answered > 20 * asked) {
    return { signal: 'length', says: `${answered} characters for a question of ${asked}`, worth: 'long' };
  }
  return { signal: 'length', says: 'whole, and of a length that fits', worth: 'fits' };
}
