import type { DialectId } from '../../core/wire/content.ts';

/** Fields that OpenAI's two dialects share: the name in Chat Completions, and the name in Responses. */
const twins: readonly (readonly [chat: string, responses: string])[] = [
  ['metadata', 'metadata'],
  ['service_tier', 'service_tier'],
  ['prompt_cache_key', 'prompt_cache_key'],
  ['prompt_cache_retention', 'prompt_cache_retention'],
  ['safety_identifier', 'safety_identifier'],
  ['verbosity', 'text.verbosity'],
];

/**
 * Returns the other dialect's name for a field. Few providers besides OpenAI support Responses; many support Chat
 * Completions, and some of them reject fields that they do not know.
 */
export function twinOf(name: string, from: DialectId | undefined, to: DialectId): string | undefined {
  if (from === 'openai-chat' && to === 'openai-responses') {
    return twins.find(([chat]) => chat === name)?.[1];
  }
  if (from !== 'openai-responses' || to !== 'openai-chat') return undefined;
  return twins.find(([, responses]) => responses === name)?.[0];
}
