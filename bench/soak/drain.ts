import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayProcess } from './gateway-process.ts';
import { httpClient } from './http-client.ts';
import { startPacedUpstream } from './paced-upstream.ts';

export type Drain = {
  /** Streams that ended complete, and streams that ended with an error event. */
  readonly whole: number;
  readonly told: number;
  /** Streams that broke off without an error event. */
  readonly lost: number;
  readonly exitCode: number | null;
  /** Requests that arrived after the signal and were accepted. */
  readonly takenIn: number;
};

const chunkEveryMs = 100;

/**
 * Sends SIGTERM to a gateway with the given number of open streams. Streams that end within `drainMs` end normally; the
 * others get an error event.
 */
export async function drain(options: {
  readonly streams: number;
  readonly streamMs: number;
  readonly drainMs: number;
}): Promise<Drain> {
  const upstream = await startPacedUpstream({
    chunks: options.streamMs / chunkEveryMs,
    chunkEveryMs,
    together: options.streams,
  });
  const gateway = await gatewayProcess({
    providers: { lab: { dialect: 'openai-chat', baseUrl: upstream.url, apiKey: 'key' } },
    server: { drainMs: options.drainMs },
  });
  const client = httpClient(gateway);
  const ask = () =>
    client.post('/v1/chat/completions', {
      model: 'lab/soak',
      stream: true,
      messages: [{ role: 'user', content: 'Count.' }],
    });
  try {
    const streams = Array.from({ length: options.streams }, ask);
    while (upstream.maxOpen() < options.streams) await sleep(10);
    // Their first chunks have arrived.
    await sleep(5 * chunkEveryMs);
    gateway.process.kill('SIGTERM');
    await sleep(100);
    const late = await Promise.all(Array.from({ length: 5 }, ask));
    const replies = await Promise.all(streams);
    if (gateway.process.exitCode === null) await once(gateway.process, 'exit');
    const last = replies.map(({ body, ended }) =>
      ended ? body.toString().trimEnd().split('\n').at(-1) : '',
    );
    const whole = last.filter((line) => line === 'data: [DONE]').length;
    const told = last.filter((line) => line?.startsWith('data: {"error"')).length;
    return {
      whole,
      told,
      lost: options.streams - whole - told,
      exitCode: gateway.process.exitCode,
      takenIn: late.filter(({ status }) => status === 200).length,
    };
  } finally {
    client.close();
    await gateway.stop();
    await upstream.close();
  }
}
