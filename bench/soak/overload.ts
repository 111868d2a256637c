import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../median.ts';
import { startCrowdedUpstream, type Refusal } from './crowded-upstream.ts';
import { gatewayProcess } from './gateway-process.ts';
import { httpClient } from './http-client.ts';

export type Overload = {
  /** Answers in the time measured, as a share of what the provider can give. */
  readonly capacityKept: number;
  /** Calls that were sent away, and how long they took to hear of it. */
  readonly shed: number;
  readonly shedP50Ms: number;
  readonly shedP99Ms: number;
  readonly shedMostMs: number;
  /** Of them, those without a time to come back. */
  readonly withoutRetryAfter: number;
  /** Replies that were neither an answer nor a 429. */
  readonly other: number;
  /** Most calls that the provider has had at one time. */
  readonly mostAtOnce: number;
};

const patienceMs = 10_000;

/**
 * Callers, far more than the provider has places, ask again as soon as they are answered, or when they are told to come
 * back. `told`: the config names the limit; else it is learnt from the provider's refusals. Measured once it is warm.
 */
export async function overload(options: {
  readonly places: number;
  readonly callers: number;
  readonly answerMs: number;
  readonly told: boolean;
  readonly warmMs: number;
  readonly measuredMs: number;
  /** Measures on, for ten seconds more at most, until so many have been sent away: told to wait for long, they may all be waiting. */
  readonly leastShed?: number;
  /** How the provider refuses; default: with a bare 429. */
  readonly refusal?: Refusal;
  /** Processes that share the port. Default: 1. */
  readonly workers?: number;
}): Promise<Overload> {
  const { places, answerMs, told, workers = 1, leastShed = 0 } = options;
  const upstream = await startCrowdedUpstream({
    places,
    answerMs,
    ...(options.refusal && { refusal: options.refusal }),
  });
  const gateway = await gatewayProcess(
    {
      providers: { lab: { dialect: 'openai-chat', baseUrl: upstream.url, apiKey: 'key' } },
      ...(told && { deployments: [{ model: 'lab/*', concurrency: places }] }),
    },
    ['--workers', String(workers)],
  );
  const client = httpClient(gateway);
  const shedMs: number[] = [];
  const over = new AbortController();
  let [measuring, withoutRetryAfter, other] = [false, 0, 0];
  const caller = async () => {
    while (!over.signal.aborted) {
      const { status, headers, ms } = await client.post('/v1/chat/completions', {
        model: 'lab/soak',
        messages: [{ role: 'user', content: 'Is there room?' }],
      });
      if (over.signal.aborted || status === 200) continue;
      const retryAfter = Number(headers['retry-after']);
      if (measuring && status === 429) shedMs.push(ms);
      if (measuring && !(retryAfter > 0)) withoutRetryAfter += 1;
      if (measuring && status !== 429) other += 1;
      // Spread, as official clients do.
      await sleep((retryAfter || 1) * 1_000 * (0.75 + Math.random() / 2), undefined, { ref: false });
    }
  };
  try {
    // One by one: a thousand connections in one moment would measure the kernel.
    const callers = Array.from({ length: options.callers }, async (_, i) => {
      await sleep((i / options.callers) * (options.warmMs / 2));
      await caller();
    });
    await sleep(options.warmMs);
    measuring = true;
    const before = { served: upstream.served(), at: performance.now() };
    await sleep(options.measuredMs);
    const giveUpAt = performance.now() + patienceMs;
    while (shedMs.length < leastShed && performance.now() < giveUpAt) await sleep(50);
    measuring = false;
    const seconds = (performance.now() - before.at) / 1_000;
    const answers = upstream.served() - before.served;
    const mostAtOnce = upstream.mostAtOnce();
    over.abort();
    client.close();
    await Promise.all(callers);
    return {
      capacityKept: answers / ((places * seconds * 1_000) / answerMs),
      shed: shedMs.length,
      shedP50Ms: percentile(shedMs, 0.5),
      shedP99Ms: percentile(shedMs, 0.99),
      shedMostMs: Math.max(0, ...shedMs),
      withoutRetryAfter,
      other,
      mostAtOnce,
    };
  } finally {
    over.abort();
    client.close();
    await gateway.stop();
    await upstream.close();
  }
}
