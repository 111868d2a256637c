import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Tokens } from '../../core/units.ts';
import { objectsOf, textOf } from '../fields/loose-fields.ts';

/** Sizes double: a model is loaded again whenever its context size changes, which takes seconds. */
const smallest = 8_192;
const roomForAnswer = 4_096;
const tokensOfImage = 1_100;
/** Fewer than in any usual text, so that the estimate is rather too high. */
const charactersPerToken = 3;

/** The largest context for which a client may ask where the window is unknown: more could take the machine's memory. */
export const largestUnknown: Tokens = 131_072;

/**
 * Returns the `num_ctx` to request. Without one, Ollama loads its models with a small context and silently cuts off the
 * beginning of a conversation that does not fit. A size that is asked for counts if the conversation and its answer fit.
 */
export function contextSize(
  messages: readonly JsonObject[],
  tools: readonly JsonObject[],
  limit: Tokens | undefined,
  { contextWindow }: Pick<WireTarget, 'contextWindow'>,
  asked: Tokens = 0,
): Tokens {
  let characters = JSON.stringify(tools).length;
  let images = 0;
  for (const { content, thinking, tool_calls, images: sent } of messages) {
    characters += textOf(content).length + textOf(thinking).length + 16;
    characters += JSON.stringify(objectsOf(tool_calls)).length;
    if (Array.isArray(sent)) images += sent.length;
  }
  const prompt = characters / charactersPerToken + images * tokensOfImage;
  const needed = tokensNeeded(prompt, limit ?? roomForAnswer, contextWindow);
  const step = smallest * 2 ** Math.max(0, Math.ceil(Math.log2(needed / smallest)));
  const size = asked < needed ? step : asked;
  return contextWindow === undefined ? size : Math.min(size, contextWindow);
}

/** Where the window is unknown, a context grows beyond `largestUnknown` only for the conversation itself. */
function tokensNeeded(prompt: Tokens, limit: Tokens, contextWindow: Tokens | undefined): Tokens {
  if (contextWindow !== undefined) return prompt + limit;
  return Math.max(prompt + Math.min(limit, roomForAnswer), Math.min(prompt + limit, largestUnknown));
}
