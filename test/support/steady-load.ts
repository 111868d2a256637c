import { Pool } from 'undici';

export type SteadyLoad = {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly perSecond: number;
};

export type LoadResult = {
  readonly sent: number;
  /** The outcome of each request that did not end as it should have. */
  readonly failures: readonly string[];
  readonly latenciesMs: readonly number[];
};

/**
 * Sends requests at a steady rate, every other one a stream, whether or not earlier ones have been answered. `stop`
 * waits for the last answers.
 */
export function startSteadyLoad(load: SteadyLoad): { stop(): Promise<LoadResult> } {
  const pool = new Pool(load.url, { connections: 128, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const startedAt = performance.now();
  const open = new Set<Promise<void>>();
  const failures: string[] = [];
  const latenciesMs: number[] = [];
  let sent = 0;

  function send(): void {
    const stream = sent % 2 === 0;
    sent += 1;
    const asked = ask(pool, load, stream).then(
      ({ failure, ms }) => {
        latenciesMs.push(ms);
        if (failure !== undefined) failures.push(failure);
      },
      (error: unknown) => void failures.push(String(error)),
    );
    const tracked: Promise<void> = asked.finally(() => open.delete(tracked));
    open.add(tracked);
  }

  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * load.perSecond;
    while (sent < due) send();
  }, 5);

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      await pool.close();
      return { sent, failures, latenciesMs };
    },
  };
}

async function ask(
  pool: Pool,
  { key, model }: SteadyLoad,
  stream: boolean,
): Promise<{ failure?: string; ms: number }> {
  const startedAt = performance.now();
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream,
      max_tokens: 40,
      messages: [{ role: 'user', content: 'Say hello.' }],
    }),
  });
  const text = await body.text();
  const ms = performance.now() - startedAt;
  const whole = stream
    ? text.trimEnd().endsWith('data: [DONE]') && !text.includes('"error"')
    : text.includes('"choices"');
  return statusCode === 200 && whole ? { ms } : { ms, failure: `${statusCode} ${text.slice(-300)}` };
}
