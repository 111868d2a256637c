import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../src/core/call.ts';
import type { Catalogue } from '../../src/core/catalogue.ts';
import type { Model } from '../../src/core/model.ts';
import { tiers } from '../../src/core/task.ts';
import { engineMemory, type EngineContext } from '../../src/engine/engine.ts';
import { passingNotes, routeCall } from '../../src/engine/route.ts';
import { policies } from '../../src/policies/index.ts';
import tiered from '../../src/policies/tiered.ts';
import { policyFinder } from '../../src/policies/policy-for.ts';
import { learningPolicy } from '../../src/learning/learning-policy.ts';
import { learnedRouting } from '../../src/learning/learned-routing.ts';
import { openClassifier } from '../../src/composition/open-classifier.ts';
import type { RouterStore } from '../../src/core/router-store.ts';
import openai from '../../src/dialects/openai-chat/index.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const candidates = 100;
const sizes = { '2 KB': 2_048, '1 MB': 1_048_576 } as const;
/** So many different prompts take turns: what one of them leaves in a cache helps none of the others. */
const prompts = { '2 KB': 200, '1 MB': 3 } as const;

/** From a call to its plan: classification, hard filters and policy, over a hundred models of five families. */
export function decision({ rounds }: BenchOptions): Promise<Section> {
  const engines = policies.map(({ name }) => ({ name, engine: engineWith(name) }));
  const rows = (['2 KB', '1 MB'] as const).flatMap((size) => {
    const calls = callsOf(size);
    const times = rounds * (size === '2 KB' ? 1_000 : 100);
    return engines.map(({ name, engine }) => [name, size, ...timesOf(engine, calls, times)]);
  });
  return Promise.resolve({
    title: 'Deciding where a call goes',
    explanation:
      `Microseconds from a call to its plan, with classification and ${candidates} candidates, over prompts of plain English. ` +
      'Beside it a loop of about the same length that allocates nothing: what its 99th percentile is above its median, the ' +
      'machine did. What the system interrupted for another process is left out of both, with what came next.',
    columns: ['policy', 'prompt', 'median', 'p90', 'p99', 'loop, median', 'loop, p99'],
    rows,
  });
}

function timesOf(engine: EngineContext, calls: readonly Call[], times: number): string[] {
  const decided: number[] = [];
  const looped: number[] = [];
  let wasCalm = false;
  for (let n = -Math.max(calls.length, times / 4); n < times; n++) {
    const call = calls[Math.abs(n) % calls.length];
    if (!call) continue;
    const before = interruptions();
    const taken = timeOf(() => routeCall(engine, call, passingNotes()));
    const beside = timeOf(loop);
    const calm = interruptions() === before;
    // After another process has had the processor, its caches are that one's.
    if (n >= 0 && calm && wasCalm) {
      decided.push(taken);
      looped.push(beside);
    }
    wasCalm = calm;
  }
  for (const list of [decided, looped]) list.sort((a, b) => a - b);
  const shares = [
    [decided, 0.5],
    [decided, 0.9],
    [decided, 0.99],
    [looped, 0.5],
    [looped, 0.99],
  ] as const;
  return shares.map(([list, share]) => quantile(list, share).toFixed(1));
}

/** How often the system has given the processor to another process. */
function interruptions(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}

/** In microseconds. */
function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) * 1_000;
}

let looped = 1;

/** Arithmetic that no compiler leaves out. */
function loop(): void {
  for (let n = 0; n < 8_000; n++) looped = (Math.imul(looped, 1_664_525) + 1_013_904_223) | 0;
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
    policyFor: policyFinder((one) => learningPolicy(one, { learned, guard: tiered, random: Math.random })),
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
  labelled: async () => [],
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

/** Different stretches of this project's own pages. */
function callsOf(size: keyof typeof sizes): Call[] {
  const folder = join(import.meta.dirname, '../../docs');
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
  const once = pages.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const text = once.repeat(Math.ceil((2 * sizes[size]) / once.length));
  const step = Math.floor((text.length - sizes[size]) / prompts[size]);
  return Array.from({ length: prompts[size] }, (_, n) =>
    callOf(text.slice(n * step, n * step + sizes[size])),
  );
}

function callOf(text: string): Call {
  return {
    request: {
      model: 'auto',
      stream: false,
      // As it comes out of a parser: one flat string.
      messages: [{ role: 'user', content: [{ type: 'text', text: Buffer.from(text).toString() }] }],
    },
    principal: { keyId: 'k', name: 'k', hardBudget: false, admin: false },
    surface: 'http',
    tags: [],
    limits: {},
    signal: new AbortController().signal,
    traceId: 't',
  };
}
