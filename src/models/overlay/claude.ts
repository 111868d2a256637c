import type { Family } from '../family.ts';
import { haiku55, sonnet55 } from '../claude-prices.ts';

const maker = 'https://platform.claude.com/docs/en/about-claude/models/overview';
const judgement = 'our own judgement, not measured';
const batchShare = 0.5;

const claude: Family = {
  id: 'claude',
  name: 'Claude',
  maker: 'Anthropic',
  home: 'anthropic',
  webSearch: 10,
  pattern: /^claude/,
  deaf: /^claude-(?:[123]\b|[a-z]+-[345]\b)/,
  // "signature values are compatible across platforms" (docs.anthropic.com, Extended thinking).
  portableThoughts: true,
  // https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing
  hourlyWrites: 2,
  capabilities: {
    tools: true,
    'parallel-tools': true,
    vision: true,
    documents: true,
    audio: false,
    'json-schema': true,
    reasoning: true,
    'web-search': true,
    embeddings: false,
  },
  models: [
    {
      name: 'claude-opus-5-5',
      tier: 'frontier',
      maxOutputTokens: 128_000,
      batchShare,
      quotas: { rpm: 1_000, tpm: 2_000_000 },
    },
    { name: 'claude-fable-5-1', tier: 'frontier', maxOutputTokens: 128_000, batchShare },
    { name: 'claude-opus-5', tier: 'frontier', maxOutputTokens: 128_000, batchShare },
    { name: 'claude-opus-4-8', tier: 'frontier', maxOutputTokens: 128_000, batchShare },
    {
      name: 'claude-sonnet-5-5',
      tier: 'workhorse',
      contextWindow: 1_000_000,
      maxOutputTokens: 128_000,
      batchShare,
      quotas: { rpm: 1_000, tpm: 2_000_000 },
      price: sonnet55,
    },
    { name: 'claude-sonnet-5', tier: 'workhorse', maxOutputTokens: 128_000, batchShare },
    { name: 'claude-sonnet-4-6', tier: 'workhorse', maxOutputTokens: 64_000, batchShare },
    {
      name: 'claude-haiku-5-5',
      tier: 'economy',
      contextWindow: 1_000_000,
      maxOutputTokens: 128_000,
      batchShare,
      price: haiku55,
    },
    { name: 'claude-haiku-4-5', tier: 'economy', maxOutputTokens: 64_000, batchShare },
    { name: 'claude-opus-4-1', tier: 'frontier', maxOutputTokens: 32_000, successor: 'claude-opus-5-5' },
    { name: 'claude-opus-4-0', tier: 'frontier', maxOutputTokens: 32_000, successor: 'claude-opus-4-8' },
    { name: 'claude-opus-4', tier: 'frontier', maxOutputTokens: 32_000, successor: 'claude-opus-4-8' },
    { name: 'claude-sonnet-4-0', tier: 'workhorse', maxOutputTokens: 64_000, successor: 'claude-sonnet-4-6' },
    { name: 'claude-sonnet-4', tier: 'workhorse', maxOutputTokens: 64_000, successor: 'claude-sonnet-4-6' },
    {
      name: 'claude-3-7-sonnet',
      tier: 'workhorse',
      maxOutputTokens: 64_000,
      successor: 'claude-sonnet-4-6',
    },
    { name: 'claude-3-5-sonnet', tier: 'workhorse', maxOutputTokens: 8_192, successor: 'claude-sonnet-4-6' },
    { name: 'claude-3-5-haiku', tier: 'economy', maxOutputTokens: 8_192, successor: 'claude-haiku-4-5' },
    { name: 'claude-3-opus', tier: 'frontier', maxOutputTokens: 4_096, successor: 'claude-opus-4-8' },
    { name: 'claude-3-haiku', tier: 'economy', maxOutputTokens: 4_096, successor: 'claude-haiku-4-5' },
  ],
  strengths: [
    {
      task: 'code-review',
      note: 'nuanced reasoning about intent, edge cases and maintainability',
      source: judgement,
    },
    { task: 'code-generation', note: 'idiomatic code over many files, long agentic sessions', source: maker },
    { task: 'refactoring', note: 'keeps behaviour while it changes structure', source: judgement },
    { task: 'architecture', note: 'weighs trade-offs and says what it is unsure of', source: judgement },
    { task: 'debugging', note: 'follows a fault through many hypotheses', source: judgement },
    { task: 'documentation', note: 'clear prose for the reader at hand', source: judgement },
    { task: 'creative', note: 'holds tone and voice', source: judgement },
    { task: 'chat', note: 'follows long instructions closely', source: judgement },
  ],
  weaknesses: [
    {
      task: 'security-review',
      note: 'over-cautious: reports theoretical findings in addition to exploitable ones',
      source: judgement,
    },
    { task: 'formatting', note: 'expensive for work that a small model does as well', source: 'price list' },
  ],
};

export default claude;
