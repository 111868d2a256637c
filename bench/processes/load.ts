import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile } from '../median.ts';
import { prompt, type ClientApi, type Scenario } from '../workload.ts';

/** What the load process is asked for. */
export type LoadOrder = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly scenario: Scenario;
  /** The API that its callers use. Default: OpenAI's chat. */
  readonly api: ClientApi;
};

/** What its callers of one scenario saw. */
export type LoadReport = {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
};

process.on('message', (message: LoadOrder | 'usage') => {
  if (message === 'usage') return;
  void run(message).then((report) => process.send?.(report));
});
process.channel?.ref();

async function run({ url, headers, scenario, api }: LoadOrder): Promise<LoadReport> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: scenario.concurrency, allowH2: false });
  const body = Buffer.from(prompt(api, scenario));
  // The first reply is read as a whole; all others must be as long.
  const expected = await soundReply(pool, { pathname, headers, body, scenario, api });
  const durations: number[] = [];
  let started = 0;
  let failures = 0;

  function call(start: number): Promise<void> {
    let received = 0;
    let status = 0;
    return new Promise((resolve) => {
      const finish = (ok: boolean) => {
        if (!ok) failures++;
        durations.push(performance.now() - start);
        resolve();
      };
      pool.dispatch(
        {
          path: pathname,
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        },
        {
          onRequestStart() {},
          onResponseStart(_, code) {
            status = code;
          },
          onResponseData(_, chunk) {
            received += chunk.length;
          },
          onResponseEnd: () => finish(status === 200 && received === expected),
          onResponseError: () => finish(false),
        },
      );
    });
  }
  async function caller(): Promise<void> {
    while (started++ < scenario.requests) await call(performance.now());
  }
  /** Late answers delay no other request: each is timed from the moment its request was scheduled. */
  async function atRate(rate: number): Promise<void> {
    const begin = performance.now();
    const calls: Promise<void>[] = [];
    while (calls.length < scenario.requests) {
      const due = begin + (calls.length * 1_000) / rate;
      if (performance.now() < due) await sleep(1);
      else calls.push(call(due));
    }
    await Promise.all(calls);
  }

  const start = performance.now();
  if (scenario.rate === undefined) await Promise.all(Array.from({ length: scenario.concurrency }, caller));
  else await atRate(scenario.rate);
  const seconds = (performance.now() - start) / 1_000;
  await pool.close();
  return {
    requestsPerSecond: scenario.requests / seconds,
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99),
    failures,
  };
}

type Probe = Omit<LoadOrder, 'url'> & { readonly pathname: string; readonly body: Buffer };

/** The length of a reply that has been looked at: it holds the whole answer and ends as its API ends. */
async function soundReply(pool: Pool, { pathname, headers, body, scenario, api }: Probe): Promise<number> {
  const { statusCode, body: reply } = await pool.request({
    path: pathname,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await reply.text();
  const marks = scenario.stream ? streamMarks[api] : ['again and again'];
  const missing = marks.find((mark) => !text.includes(mark));
  if (statusCode !== 200 || missing !== undefined) {
    throw new Error(`${pathname} answered ${statusCode} without "${missing}": ${text.slice(0, 500)}`);
  }
  return Buffer.byteLength(text);
}

const streamMarks: Readonly<Record<ClientApi, readonly string[]>> = {
  'openai-chat': ['word0"', 'word197"', '[DONE]'],
  'anthropic-messages': ['word0"', 'word197"', 'message_stop'],
};
