import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../median.ts';
import { startCrowdedUpstream, type Refusal } from './crowded-upstream.ts';
import { gatewayProcess } from './gateway-process.ts';
import { httpClient } from './http-client.ts';

export type Overload = {
  /** Answers during the measurement, as a share of the provider's capacity. */
  readonly capacityKept: number;
  /** Refused calls, and how long their refusal took. */
  readonly shed: number;
  readonly shedP50Ms: number;
  readonly shedP99Ms: number;
  readonly shedMostMs: number;
  /** Refused calls without a retry time. */
  readonly withoutRetryAfter: number;
  /** Replies that were neither an answer nor a 429. */
  readonly other: number;
  /** The most concurrent calls at the provider. */
  readonly maxAtOnce: number;
};

const patienceMs = 10_000;

/**
 * Runs far more callers than the provider has slots; each calls again once it is answered, or at its retry time.
 * `told`: the config sets the limit; otherwise it is learned from the provider's refusals. Measures after a warm-up.
 */
export async function overload(options: {
  readonly places: number;
  readonly callers: number;
  readonly answerMs: number;
  readonly told: boolean;
  readonly warmMs: number;
  readonly measuredMs: number;
  /**
   * Extends the measurement by up to ten seconds until this many calls were refused: with long retry times, all callers
   * may be waiting.
   */
  readonly leastShed?: number;
  /** How the provider refuses; default: with a bare 429. */
  readonly refusal?: Refusal;
  /** Number of processes that share the port. Default: 1. */
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
  const ask = () =>
    client.post('/v1/chat/completions', {
      model: 'lab/soak',
      messages: [{ role: 'user', content: 'Is there room?' }],
    });
  const caller = async () => {
    while (!over.signal.aborted) {
      const begunInTime = measuring;
      const { status, headers, ms } = await ask();
      if (over.signal.aborted || status === 200) continue;
      const retryAfter = Number(headers['retry-after']);
      const counts = begunInTime && measuring;
      if (counts && status === 429) shedMs.push(ms);
      if (counts && !(retryAfter > 0)) withoutRetryAfter += 1;
      if (counts && status !== 429) other += 1;
      // Adds jitter, as official clients do.
      await sleep((retryAfter || 1) * 1_000 * (0.75 + Math.random() / 2), undefined, { ref: false });
    }
  };
  try {
    // The first call loads code: a busy machine takes longer over it than the whole warm-up.
    await ask();
    // One at a time: a thousand simultaneous connections would measure the kernel.
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
    const maxAtOnce = upstream.maxAtOnce();
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
      maxAtOnce,
    };
  } finally {
    over.abort();
    client.close();
    await gateway.stop();
    await upstream.close();
  }
}
