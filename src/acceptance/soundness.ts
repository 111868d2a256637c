import { replyText } from '../core/collected-reply.ts';
import type { AcceptanceQuestion, StepAnswer } from '../core/acceptance.ts';
import type { Sign } from './sign.ts';

const refusals =
  /^(?:i['’]?m sorry|sorry|i apologi[sz]e|unfortunately)?[,.!]?\s*(?:but )?(?:i|as an ai[^.]{0,40}, i) (?:can(?:no|['’])t|am not able to|['’]?m not able to|am unable to|['’]?m unable to|won['’]t) (?:help|assist|comply|do that|provide|answer|fulfil)/i;
const hedges =
  /\b(?:i(?:['’]m| am) not (?:entirely |completely |quite )?(?:sure|certain)|i (?:do not|don['’]t) (?:really )?know|hard to say|i might be wrong|i may be wrong|cannot be determined|can['’]t be determined|not enough information|it is unclear|i would need more|please verify)\b/i;

/** Whether an answer is whole, and stands by what it says. */
export function soundness(
  { features }: Pick<AcceptanceQuestion, 'features'>,
  { reply }: Pick<StepAnswer, 'reply'>,
): Sign {
  const text = replyText(reply);
  const said =
    reply.blocks.some(({ type }) => type === 'tool-call' || type === 'image') || text.trim() !== '';
  const refused =
    reply.blocks.some(({ type }) => type === 'refusal') || reply.finish?.reason === 'content-filter';
  if (refused || refusals.test(text.trimStart().slice(0, 300))) return veto('refusal', 'it refuses');
  if (!said) return veto('refusal', 'it says nothing');
  if (reply.finish?.reason === 'length') return veto('length', 'it was cut off at the output limit');
  if (hedges.test(text)) return { signal: 'hedging', says: 'it is not sure of itself', worth: 'hedging' };
  return lengthOf(text, features.prompt ?? '');
}

/** Struggling shows in length: a small question answered at great length. */
function lengthOf(text: string, prompt: string): Sign {
  const [asked, answered] = [prompt.length, text.length];
  if (answered > 6_000 && answered > 20 * asked) {
    return { signal: 'length', says: `${answered} characters for a question of ${asked}`, worth: 'long' };
  }
  return { signal: 'length', says: 'whole, and of a length that fits', worth: 'fits' };
}

function veto(signal: string, says: string): Sign {
  return { signal, says, veto: true };
}
