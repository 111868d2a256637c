import type { Call, CallOutcome } from '../../src/core/call.ts';
import type { Catalogue } from '../../src/core/catalogue.ts';
import type { Model } from '../../src/core/model.ts';
import { tiers } from '../../src/core/task.ts';
import { engineMemory, type EngineContext } from '../../src/engine/engine.ts';
import { routeCall } from '../../src/engine/route.ts';
import { policies } from '../../src/policies/index.ts';
import { policyFinder } from '../../src/policies/policy-for.ts';
import { learnedRouting } from '../../src/learning/learned-routing.ts';
import { openClassifier } from '../../src/composition/open-classifier.ts';
import type { RouterStore } from '../../src/core/router-store.ts';
import openai from '../../src/dialects/openai-chat/index.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const candidates = 100;
const sizes = { '2 KB': 2_048, '1 MB': 1_048_576 } as const;

/** From a call to its plan: classification, hard filters and policy, over a hundred models of five families. */
export function decision({ rounds }: BenchOptions): Promise<Section> {
  const rows = policies.flatMap(({ name }) => {
    const engine = engineWith(name);
    return Object.entries(sizes).map(([size, bytes]) => {
      const times = timesOf(engine, callOf(bytes), rounds * (bytes > 10_000 ? 100 : 1_000));
      return [name, size, ...[0.5, 0.9, 0.99].map((share) => quantile(times, share).toFixed(1))];
    });
  });
  return Promise.resolve({
    title: 'Deciding where a call goes',
    explanation: `Microseconds from a call to its plan, with classification and ${candidates} candidates.`,
    columns: ['policy', 'prompt', 'median', 'p90', 'p99'],
    rows,
  });
}

function timesOf(engine: EngineContext, call: Call, times: number): number[] {
  const taken: number[] = [];
  for (let n = -times / 4; n < times; n++) {
    const notes = {
      size: undefined,
      classification: undefined,
      decision: undefined,
      warnings: [],
      settled: new Promise<CallOutcome>(() => undefined),
    };
    const start = performance.now();
    routeCall(engine, call, notes);
    if (n >= 0) taken.push((performance.now() - start) * 1_000);
  }
  return taken.sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

/** The parts of an engine that routing looks at. */
function engineWith(policy: string): EngineContext {
  const models = Array.from({ length: candidates }, (_, n) => modelNumber(n));
  const catalogue: Catalogue = {
    models: () => models,
    get: (id) => models.find((model) => model.id === id),
    lists: () => true,
    resolve: () => ({ kind: 'auto', localOnly: false }),
  };
  const provider = {
    id: 'lab',
    name: 'Lab',
    auth: 'none',
    keyVariables: [],
    quirks: {},
    local: false,
  } as const;
  const endpoints = [{ dialect: 'openai-chat', baseUrl: '' }] as const;
  const deployments = new Map(
    models.map(({ id }) => [
      id,
      [{ id, provider: { ...provider, dialects: endpoints }, endpoints, weight: 1, simulated: true }],
    ]),
  );
  const learned = learnedRouting({ store: nothingLearned, now: Date.now, warn: () => undefined });
  const parts: Partial<EngineContext> = {
    ...engineMemory(Date.now),
    catalogue,
    deploymentsOf: ({ id }) => deployments.get(id) ?? [],
    dialects: new Map([['openai-chat', openai]]),
    embedders: new Map(),
    policyFor: policyFinder((one) => one),
    qualityOf: (features) => learned.qualityOf(features),
    classify: openClassifier({ home: '', log: { warn: () => undefined } }),
    now: Date.now,
    settings: {
      preferences: { policy },
      reserveOutputTokens: 8_192,
    } as Partial<EngineContext['settings']> as EngineContext['settings'], // routing reads these two alone
  };
  return parts as EngineContext; // routing looks at nothing else
}

/** A database in which nobody has said anything yet. */
const nothingLearned: RouterStore = {
  outcomes: async () => [],
  addSnapshot: async () => true,
  snapshots: async () => [],
  snapshot: async () => undefined,
  pinned: async () => undefined,
  pin: async () => undefined,
};

function modelNumber(n: number): Model {
  const family = ['claude', 'gpt', 'gemini', 'deepseek', 'llama'][n % 5] ?? '';
  const tier = tiers[n % 3];
  return {
    id: `lab/${family}-${n}`,
    provider: 'lab',
    name: `${family}-${n}`,
    family,
    capabilities: {},
    strengths: [],
    weaknesses: [],
    local: false,
    contextWindow: 2_000_000,
    price: { input: 100_000 * (n + 1), output: 500_000 * (n + 1) },
    ...(tier && { tier }),
  };
}

function callOf(bytes: number): Call {
  const text = 'Please write a function that sorts rivers by their length. '
    .repeat(bytes / 50)
    .slice(0, bytes);
  return {
    request: {
      model: 'auto',
      stream: false,
      messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    },
    principal: { keyId: 'k', name: 'k', hardBudget: false, admin: false },
    surface: 'http',
    tags: [],
    limits: {},
    signal: new AbortController().signal,
    traceId: 't',
  };
}
