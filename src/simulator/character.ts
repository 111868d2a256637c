import type { CacheKind } from './prompt-cache.ts';
import { freeProviders } from './price-list.ts';

/** What kind of model a name stands for: how able it is, and how it reasons. */
export type Character = {
  readonly tier: 'frontier' | 'workhorse' | 'economy';
  /** How often it is right about something of middling difficulty, 0 to 1. */
  readonly skill: number;
  readonly reasoning: 'never' | 'on-request' | 'always';
  readonly cache: CacheKind;
};

/** Any name has a character: known ones by the table, the rest by the words in their name. */
export function characterOf(provider: string, model: string): Character {
  const tier = tiers.find(([pattern]) => pattern.test(model))?.[1] ?? 'workhorse';
  return {
    tier,
    skill: { frontier: 0.94, workhorse: 0.84, economy: 0.66 }[tier],
    reasoning: reasoners.find(([pattern]) => pattern.test(model))?.[1] ?? 'never',
    cache: cacheOf(provider, model),
  };
}

const tiers: readonly (readonly [RegExp, Character['tier']])[] = [
  [
    /mini|nano|haiku|lite|luna|small|ministral|flash(?!.*pro)|[^\d](?:0\.5|1|1\.5|3|4|7|8)b\b|phi|gemma/i,
    'economy',
  ],
  [
    /opus|fable|astra|gpt-[56](?:\.\d)?-(?:sol|pro)|gpt-5\.5|pro|large|deepthink|405b|r1|reasoner/i,
    'frontier',
  ],
];

const reasoners: readonly (readonly [RegExp, Character['reasoning']])[] = [
  [/gpt-(?:5|6)|^o[1-9]|reasoner|-r1|deepseek-v4|gemini-[23]\.?\d?.*pro|magistral|qwq/i, 'always'],
  [/claude|gemini|qwen3|grok|gpt-oss/i, 'on-request'],
];

function cacheOf(provider: string, model: string): CacheKind {
  if (freeProviders.has(provider)) return 'none';
  if (/claude/i.test(model)) return 'marked';
  if (provider === 'openai' && /^gpt-(?:5\.6|6)/.test(model)) return 'automatic-billed';
  return ['openai', 'deepseek', 'google'].includes(provider) ? 'automatic' : 'none';
}
