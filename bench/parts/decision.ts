import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { Call } from '../../src/core/call.ts';
import type { Catalogue } from '../../src/core/catalogue.ts';
import type { Model } from '../../src/core/model.ts';
import type { Deployment } from '../../src/core/deployment.ts';
import { engineMemory } from '../../src/engine/engine-memory.ts';
import { routeCall } from '../../src/engine/routing/route-call.ts';
import { measureRequest } from '../../src/engine/routing/size/measure-request.ts';
import { resolveCall } from '../../src/engine/routing/choice/resolve-call.ts';
import type { RoutingServices } from '../../src/engine/routing/routing-services.ts';
import { policies } from '../../src/policies/index.ts';
import tiered from '../../src/policies/tiered.ts';
import { policyFinder } from '../../src/policies/policy-for.ts';
import { learningPolicy } from '../../src/learning/estimates/learning-policy.ts';
import { learnedRouting, type LearnedRouting } from '../../src/learning/estimates/learned-routing.ts';
import { quantise } from '../../src/learning/models/linear-model.ts';
import { promptResidual } from '../../src/learning/models/prompt-residual.ts';
import { stateLayout } from '../../src/learning/outcomes/stored-history.ts';
import { storedTraining } from '../../src/learning/outcomes/stored-training.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { openClassifier } from '../../src/composition/engine/open-classifier.ts';
import type { RouterStore } from '../../src/core/stores/router-store.ts';
import { deploymentFinder } from '../../src/config/deployments/deployment-finder.ts';
import { embedders } from '../../src/dialects/embeddings/embedders.ts';
import { dialects } from '../../src/dialects/index.ts';
import { createCatalogue } from '../../src/models/create-catalogue.ts';
import { builtInProviders } from '../../src/providers/built-in-providers.ts';
import { median, percentile } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const candidates = 100;
const sizes = { '2 KB': 2_048, '1 MB': 1_048_576 } as const;
/** So many different prompts take turns: what one of them leaves in a cache helps none of the others. */
const prompts = { '2 KB': 200, '1 MB': 3 } as const;
const decisionsPerRound = { '2 KB': 2_000, '1 MB': 100 } as const;
/** So many follow one another: a system call, or the loop, empties more of a processor's caches than a decision fills. */
const decisionsPerRun = { '2 KB': 200, '1 MB': 50 } as const;

/** Decisions of each policy before anything is measured: V8 compiles for as long as some twenty thousand calls. */
const usualWarmUp = 10_000;

/** From a call to its plan and the decision that is kept: what the engine does of every call that leaves the choice open. */
export async function decision({
  rounds,
  warmUp = usualWarmUp,
}: BenchOptions & { readonly warmUp?: number }): Promise<Section> {
  const market = await marketOf(candidates);
  const untaught = learnedRouting({ store: nothingLearned, now: Date.now, warn: () => undefined });
  const taught = await taughtRouting(market.catalogue.models().slice(0, taughtModels));
  const engines = [
    ...policies.map(({ name }) => ({ name, engine: engineWith(name, market, untaught) })),
    {
      name: `learned, with what prompts say of ${taughtModels} models`,
      engine: engineWith('learned', market, taught),
    },
  ];
  const usual = callsOf('2 KB');
  for (const { engine } of engines) decide(engine, usual, warmUp);
  const rows = (['2 KB', '1 MB'] as const).flatMap((size) => {
    const calls = callsOf(size);
    return engines.map(({ name, engine }) => [
      name,
      size,
      ...figuresOf(engine, calls, { rounds, times: decisionsPerRound[size], atOnce: decisionsPerRun[size] }),
    ]);
  });
  return {
    title: 'Deciding where a call goes',
    explanation:
      `Microseconds from a call to its plan: classification, hard filters, ranking and the recorded decision, over prompts of plain English and ${candidates} current models of big providers. ` +
      `Medians over ${rounds} rounds, after ${warmUp.toLocaleString('en')} decisions of every policy. Decisions are made in runs of ${decisionsPerRun['2 KB']} (for a megabyte: ${decisionsPerRun['1 MB']}). Each of them counts, including pauses of the garbage collector; "undisturbed" leaves out runs in which the system gave the processor to another process. ` +
      'The first decision of a run comes after milliseconds of other work and finds none of its code and data in the CPU caches. It counts like all others; its median is also shown separately, because it is what a single call waits. ' +
      'The loop is arithmetic of some 40 microseconds that allocates nothing, run as often, in turn with the decisions: the difference between its 99th percentile and its median is noise of the machine. ' +
      '"p99 of prompts" is the 99th percentile over the prompts, each at the median of its turns: the time of the slowest prompts without disturbance. ' +
      'If a prompt is close to the window of the chosen model, its tokens are counted too; that time is not included.',
    columns: [
      'policy',
      'prompt',
      'median',
      'p99',
      'p99 undisturbed',
      'p99 of prompts',
      'first of a run',
      'bytes',
      'loop, median',
      'loop, p99',
    ],
    rows,
  };
}

function figuresOf(
  engine: RoutingServices,
  calls: readonly Call[],
  { rounds, times, atOnce }: { readonly rounds: number } & Extent,
): string[] {
  round(engine, calls, { times: Math.max(times, calls.length), atOnce });
  const shown = Array.from({ length: rounds }, () => round(engine, calls, { times, atOnce }));
  const figure = (of: (one: Round) => number) => {
    const known = shown.map(of).filter((one) => !Number.isNaN(one));
    return known.length === 0 ? 'none' : median(known).toFixed(1);
  };
  return [
    figure(({ decided }) => percentile(decided, 0.5)),
    figure(({ decided }) => percentile(decided, 0.99)),
    figure(({ undisturbed }) => percentile(undisturbed, 0.99)),
    percentile(mediansOfPrompts(shown, calls.length), 0.99).toFixed(1),
    figure(({ first }) => percentile(first, 0.5)),
    bytesPerDecision(engine, calls, times).toFixed(0),
    figure(({ looped }) => percentile(looped, 0.5)),
    figure(({ looped }) => percentile(looped, 0.99)),
  ];
}

/** Prompts take turns, in the same order in every round. */
function mediansOfPrompts(rounds: readonly Round[], prompts: number): number[] {
  const times: number[][] = Array.from({ length: prompts }, () => []);
  for (const { decided } of rounds) for (const [n, time] of decided.entries()) times[n % prompts]?.push(time);
  return times.map(median);
}

/** How many decisions, and how many of them follow one another. */
type Extent = { readonly times: number; readonly atOnce: number };

type Round = {
  readonly decided: number[];
  readonly undisturbed: number[];
  readonly first: number[];
  readonly looped: number[];
};

function round(engine: RoutingServices, calls: readonly Call[], { times, atOnce }: Extent): Round {
  const [decided, undisturbed, first, looped]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let from = 0; from < times; from += atOnce) {
    const before = interruptions();
    const taken: number[] = [];
    for (let n = from; n < from + atOnce; n++) {
      const call = calls[n % calls.length];
      if (call)
        taken.push(timeOf(() => routeCall(engine, resolveCall(engine, call, measureRequest(call.request)))));
    }
    decided.push(...taken);
    first.push(...taken.slice(0, 1));
    if (interruptions() === before) undisturbed.push(...taken);
    for (let n = 0; n < atOnce; n++) looped.push(timeOf(loop));
  }
  return { decided, undisturbed, first, looped };
}

/** Returns the bytes that a decision allocates: the garbage collector's pauses delay callers. */
function bytesPerDecision(engine: RoutingServices, calls: readonly Call[], times: number): number {
  const before = allocatedBytes();
  decide(engine, calls, times);
  return (allocatedBytes() - before) / times;
}

function decide(engine: RoutingServices, calls: readonly Call[], times: number): void {
  for (let n = 0; n < times; n++) {
    const call = calls[n % calls.length];
    if (call) routeCall(engine, resolveCall(engine, call, measureRequest(call.request)));
  }
}

function allocatedBytes(): number {
  // Node's own types lack it.
  const statistics: { total_allocated_bytes?: number } = getHeapStatistics();
  return statistics.total_allocated_bytes ?? Number.NaN;
}

/** Returns how often the system has given the processor to another process. */
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

/** Arithmetic that no compiler removes. */
function loop(): void {
  for (let n = 0; n < 8_000; n++) looped = (Math.imul(looped, 1_664_525) + 1_013_904_223) | 0;
}

type Market = {
  readonly catalogue: Catalogue;
  readonly deploymentsOf: (model: Model) => readonly Deployment[];
};

/** Returns the first `count` models of the built-in catalogue, without providers that resell other providers' models. */
async function marketOf(count: number): Promise<Market> {
  const providers = builtInProviders.filter(({ quirks }) => !quirks.choosesProviders);
  const whole = await createCatalogue({ providers });
  const models = whole.models().slice(0, count);
  if (models.length < count) throw new Error(`the catalogue has ${models.length} models, not ${count}`);
  return {
    catalogue: { ...whole, models: () => models },
    deploymentsOf: deploymentFinder({
      found: providers.map((provider) => ({ provider, source: 'environment', detail: '' })),
      entries: [],
      custom: [],
      idOf: (name) => name,
    }),
  };
}

/** The parts of an engine that routing looks at, put together as an app does. */
function engineWith(policy: string, market: Market, learned: LearnedRouting): RoutingServices {
  return {
    ...engineMemory(Date.now),
    ...market,
    defaultChain: () => [],
    dialects: new Map(dialects.map((dialect) => [dialect.id, dialect])),
    embedders: embedders(dialects),
    policyFor: policyFinder((one) => learningPolicy(one, { learned, guard: tiered, random: Math.random })),
    qualityOf: (work, keyId) => learned.qualityOf(work, keyId),
    classify: openClassifier({ home: '', log: { warn: () => undefined } }),
    now: Date.now,
    settings: {
      preferences: { policy },
      fallbacks: {},
      allow: undefined,
      foreignIds: false,
      reserveOutputTokens: 8_192,
    },
  };
}

/** The number of models with 1,500 judged calls in a large installation. */
const taughtModels = 10;

/** Returns the routing after a training that learned words for all given models. The values do not affect the time. */
async function taughtRouting(models: readonly Model[]): Promise<LearnedRouting> {
  const random = seededRandom(1);
  const head = () => ({ weights: Float64Array.from({ length: 16_384 }, () => random() - 0.5), bias: 0 });
  const heads = quantise(Object.fromEntries(models.map(({ id }) => [id, head()])));
  const { files: state } = storedTraining({
    residual: promptResidual({ model: heads, kinds: {} }, { source: 'the bench', quality: {} }),
  });
  const snapshot = { version: 1, layout: stateLayout, createdAt: 0, label: '', readUpTo: 0, outcomes: 0 };
  const store: RouterStore = {
    ...nothingLearned,
    snapshots: async () => [snapshot],
    snapshot: async () => ({ ...snapshot, state }),
  };
  const learned = learnedRouting({ store, now: Date.now, warn: () => undefined });
  await learned.refresh();
  return learned;
}

/** A database without outcomes. */
const nothingLearned: RouterStore = {
  outcomes: async () => [],
  calls: async () => [],
  addSnapshot: async () => true,
  snapshots: async () => [],
  snapshot: async () => undefined,
  pinned: async () => undefined,
  pin: async () => undefined,
};

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
    principal: { keyId: 'k', name: 'k', boundedCost: false, admin: false },
    surface: 'http',
    tags: [],
    limits: {},
    signal: new AbortController().signal,
    traceId: 't',
  };
}
