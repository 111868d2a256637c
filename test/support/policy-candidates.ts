import type { Model } from '../../src/core/model.ts';
import type { RequestFeatures } from '../../src/core/routing/request/request-features.ts';
import { requestFeatures } from './request-features.ts';
import type { Stats } from '../../src/core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../../src/core/deployment.ts';

/** A candidate with its own deployment and the model properties that a test sets. */
export function candidate(id: string, model: Partial<Model> = {}): Candidate {
  const [provider = '', name = ''] = id.split('/');
  return {
    model: {
      id,
      provider,
      name,
      family: provider,
      capabilities: {},
      strengths: [],
      weaknesses: [],
      local: false,
      ...model,
    },
    deployment: {
      id,
      provider: {
        id: 'p',
        name: 'p',
        dialects: [],
        auth: 'none',
        keyVariables: [],
        quirks: {},
        local: false,
      },
      endpoints: [],
      weight: 1,
      simulated: false,
    },
  };
}

/** One price for both directions, in dollars per million tokens. */
export function costing(usd: number) {
  return { input: usd * 1e6, output: usd * 1e6 };
}

/** An ordinary request for `auto`. */
export const ordinary: RequestFeatures = requestFeatures();

export const healthy: Stats = { of: () => ({ healthy: true, inFlight: 0 }) };

/** Two models of each large family, DeepSeek, and a local one. */
export const sampleCandidates: readonly Candidate[] = [
  candidate('anthropic/opus', { tier: 'frontier', family: 'claude', price: costing(15) }),
  candidate('anthropic/sonnet', { tier: 'workhorse', family: 'claude', price: costing(6) }),
  candidate('anthropic/haiku', { tier: 'economy', family: 'claude', price: costing(2) }),
  candidate('openai/gpt', { tier: 'frontier', family: 'gpt', price: costing(12) }),
  candidate('openai/gpt-medium', { tier: 'workhorse', family: 'gpt', price: costing(7) }),
  candidate('openai/gpt-mini', { tier: 'economy', family: 'gpt', price: costing(1) }),
  candidate('google/pro', { tier: 'frontier', family: 'gemini', price: costing(8) }),
  candidate('google/flash', { tier: 'workhorse', family: 'gemini', price: costing(3) }),
  candidate('deepseek/chat', { tier: 'economy', family: 'deepseek', price: costing(0.5) }),
  candidate('ollama/llama', { tier: 'economy', family: 'llama', price: costing(0), local: true }),
];
