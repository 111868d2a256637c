import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { Tokens } from '../../core/units.ts';
import type { RequestDraft } from '../request/draft.ts';
import { largestUnknown } from './context-size.ts';

/**
 * Returns the context size that a client of another dialect names in Ollama's words, `num_ctx` or `options.num_ctx`, up
 * to the window of the model, in so far as it is known. Ollama's other options are left out, with a warning: they say how
 * the server is used.
 */
export function namedContextSize({ request, target, warnings }: RequestDraft): Tokens | undefined {
  if (request.origin === 'ollama-chat') return undefined;
  const named = (member: string) => request.extras?.find(({ name }) => name === member)?.value;
  const options = named('options');
  const { num_ctx: inside, ...others } = isJsonObject(options) ? options : {};
  const size = [named('num_ctx'), inside].find(isSize);
  if (size === undefined) return undefined;
  for (const name of Object.keys(others))
    warnings.push(`"options.${name}" was left out: only its context size may be set by clients.`);
  return Math.min(size, target.contextWindow ?? largestUnknown);
}

function isSize(value: JsonValue | undefined): value is Tokens {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
