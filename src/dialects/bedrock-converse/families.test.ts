import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familyOf, type Family } from './families.ts';

/** Everything a family accepts; its functions as what they return. */
function habitsOf(model: string) {
  const { reasoning, topK, ...habits } = familyOf(model);
  return {
    ...habits,
    ...(reasoning && {
      efforts: (['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const).map(reasoning),
    }),
    ...(topK && { topK: topK(7) }),
  };
}

const steps = ['low', 'low', 'medium', 'high', 'high', 'high'];
const plain: Family = { schema: false, forcedTools: false, cachePoints: false };
const nova = { schema: false, forcedTools: true, cachePoints: true, topK: { inferenceConfig: { topK: 7 } } };
const withSchema = { ...plain, schema: true };
const forced = { ...withSchema, forcedTools: true };
const apart = { wholeWithTools: true, toolsApart: true };

const rows: readonly (readonly [model: string, habits: object])[] = [
  [
    'us.amazon.nova-2-lite-v1:0',
    {
      ...nova,
      hardThinkingAlone: true,
      efforts: steps.map((step) => ({
        reasoningConfig: { type: 'enabled', maxReasoningEffort: step },
      })),
    },
  ],
  ['amazon.nova-pro-v1:0', nova],
  [
    'openai.gpt-oss-120b-1:0',
    {
      ...withSchema,
      alwaysThinks: true,
      efforts: steps.map((step) => ({ reasoning_effort: step })),
    },
  ],
  ['qwen.qwen3-32b-v1:0', { ...withSchema, efforts: steps.map((step) => ({ reasoning_config: step })) }],
  ['us.meta.llama4-scout-17b-instruct-v1:0', { ...plain, ...apart }],
  ['ai21.jamba-1-5-large-v1:0', { ...plain, ...apart }],
  ['us.writer.palmyra-x5-v1:0', { ...plain, ...apart }],
  ['us.deepseek.r1-v1:0', { ...withSchema, wholeWithTools: true }],
  ['mistral.mistral-large-2407-v1:0', { ...forced, ...apart }],
  ['us.mistral.pixtral-large-2502-v1:0', { ...forced, ...apart }],
  ['mistral.mistral-large-3-675b-instruct', forced],
  ['magistral-small-2509', forced],
  ['deepseek.v3-v1:0', withSchema],
  ['minimax.minimax-m2', withSchema],
  ['google.gemma-3-27b-it', withSchema],
  ['nvidia.nemotron-nano-12b-v2', withSchema],
  ['kimi-k2-thinking', withSchema],
  ['moonshot.k3', withSchema],
  ['cohere.command-r-plus-v1:0', plain],
];

test('each model at Bedrock has the habits of its family', () => {
  for (const [model, habits] of rows) assert.deepEqual(habitsOf(model), habits, model);
  for (const [model, habits] of rows) assert.deepEqual(habitsOf(model.toUpperCase()), habits, model);
});

test('a Claude at Bedrock has the habits of its generation, and caches as far as Bedrock does', () => {
  const claude = { claude: true, schema: false, forcedTools: true };
  const caching = { cachePoints: true, cachesTools: true, hourCache: false };
  const none = { cachePoints: false, cachesTools: false, hourCache: false };
  for (const [model, habits] of [
    ['anthropic.claude-3-haiku-20240307-v1:0', { ...claude, ...none }],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', { ...claude, ...none }],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', { ...claude, ...caching }],
    ['us.anthropic.claude-3-7-sonnet-20250219-v1:0', { ...claude, ...caching }],
    [
      'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
      { ...claude, schema: true, ...caching, hourCache: true },
    ],
    ['us.anthropic.claude-opus-4-6-v1', { ...claude, schema: true, ...caching, hourCache: true }],
    ['us.anthropic.claude-opus-4-7', { ...claude, ...caching, hourCache: true }],
    ['anthropic.claude-opus-4-8', { ...claude, ...caching, hourCache: true }],
    [
      'anthropic.claude-opus-5-5',
      { ...claude, schema: true, forcedTools: false, ...caching, hourCache: true },
    ],
  ] as const)
    assert.deepEqual(habitsOf(model), habits, model);
});
