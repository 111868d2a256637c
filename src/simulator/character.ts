import type { Category } from './answer/review/detector.ts';
import { freeProviders } from './price-list.ts';
import type { CacheKind } from './prompt-cache.ts';

/** The traits that a model name stands for: its skill, its blind spots and its style. */
export type Character = {
  /**
   * The model regardless of provider: without region, vendor and date, so that the same model errs alike everywhere.
   */
  readonly name: string;
  readonly family: Family;
  readonly tier: 'frontier' | 'workhorse' | 'economy';
  /** How often it is right about something of medium difficulty, 0 to 1. */
  readonly skill: number;
  /** Factors on how often it overlooks defects of a category. */
  readonly weakness: Readonly<Partial<Record<Category, number>>>;
  /** Factors on how often it reports false ones. */
  readonly caution: Readonly<Partial<Record<Category, number>>>;
  readonly reasoning: 'never' | 'on-request' | 'always';
  readonly cache: CacheKind;
};

export type Family = 'claude' | 'gpt' | 'gemini' | 'deepseek' | 'mistral' | 'open';

/** Returns the character of any name: from the tables for known names, else from the words in the name. */
export function characterOf(provider: string, model: string): Character {
  const name = bareName(model);
  const tier = tiers.find(([pattern]) => pattern.test(name))?.[1] ?? 'workhorse';
  const family = families.find(([pattern]) => pattern.test(name))?.[1] ?? 'open';
  return {
    name,
    family,
    tier,
    skill: skills[tier],
    ...biases[family],
    reasoning: reasoners.find(([pattern]) => pattern.test(name))?.[1] ?? 'never',
    cache: cacheOf(provider, name),
  };
}

/** Both `eu.anthropic.claude-opus-5-5-20260901-v1:0` and `anthropic/claude-opus-5-5` become `claude-opus-5-5`. */
function bareName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z]{2,6}\.)?(?:anthropic|openai|google|deepseek|mistral|meta|amazon|qwen|cohere)\./, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '');
}

const skills: Readonly<Record<Character['tier'], number>> = {
  frontier: 0.94,
  workhorse: 0.84,
  economy: 0.66,
};

const tiers: readonly (readonly [RegExp, Character['tier']])[] = [
  [
    /(?:^|[-_.:])(?:mini|nano|micro|lite|small|luna)(?:$|[-_.:])|haiku|ministral|phi|gemma|(?:deepseek|glm).*flash|(?:^|[-:])(?:0\.5|1|1\.5|3|4|7|8)b(?:$|[-:])/,
    'economy',
  ],
  [/opus|fable|astra|gpt-5\.[56](?:$|-sol|-pro)|gpt-\d(?:\.\d)?-pro|gemini.*-pro|^o3|405b/, 'frontier'],
];

const families: readonly (readonly [RegExp, Family])[] = [
  [/claude/, 'claude'],
  [/^gpt|^o\d|chatgpt/, 'gpt'],
  [/gemini|gemma/, 'gemini'],
  [/deepseek/, 'deepseek'],
  [/mistral|ministral|codestral|devstral|magistral|pixtral/, 'mistral'],
];

const biases: Readonly<Record<Family, Pick<Character, 'weakness' | 'caution'>>> = {
  claude: { weakness: {}, caution: { security: 1.8 } },
  gpt: { weakness: { concurrency: 1.8 }, caution: { maintainability: 0.6 } },
  gemini: { weakness: { resources: 1.4 }, caution: { correctness: 1.8 } },
  deepseek: { weakness: { performance: 0.6, security: 1.3 }, caution: {} },
  mistral: { weakness: { concurrency: 1.3 }, caution: {} },
  open: { weakness: { security: 1.3, concurrency: 1.3 }, caution: {} },
};

const reasoners: readonly (readonly [RegExp, Character['reasoning']])[] = [
  [
    /^gpt-[56]|^o[1-9]|reasoner|-r1|deepseek-v4|kimi-k(?:2\.[5-9]|2-thinking|[3-9])|gemini-[23].*pro|magistral|qwq/,
    'always',
  ],
  [/claude|gemini|qwen3|grok|gpt-oss/, 'on-request'],
];

function cacheOf(provider: string, name: string): CacheKind {
  if (freeProviders.has(provider)) return 'none';
  if (name.startsWith('claude')) return 'marked';
  if (provider === 'openai' && /^gpt-(?:5\.6|6)/.test(name)) return 'automatic-billed';
  return ['openai', 'deepseek', 'google'].includes(provider) ? 'automatic' : 'none';
}
