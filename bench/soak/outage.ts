import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { gatewayProcess } from './gateway-process.ts';
import { httpClient } from './http-client.ts';

export type Outage = {
  /** Calls that returned anything except a complete, correct answer. */
  readonly failures: number;
  /** Attempts after the first, over all calls: failures that clients did not see. */
  readonly furtherAttempts: number;
};

/** Every way to fail before an answer has begun, in turn. */
const faults = [
  '500',
  '529',
  '429',
  'reset',
  'empty',
  'malformed,after=0',
  'cut,after=0',
  '503',
  'garbage',
  '408',
];

/** Sends calls by alias while the given share of requests to all providers but one fails. */
export async function outage(options: {
  readonly calls: number;
  readonly atOnce: number;
  readonly share: number;
}): Promise<Outage> {
  const simulator = await startSimulator({ latency: 'none', keepRequests: 0 });
  const gateway = await gatewayProcess(failingProviders(simulator.url));
  const client = httpClient(gateway);
  let [failures, furtherAttempts, next] = [0, 0, 0];
  const caller = async () => {
    while (next < options.calls) {
      const call = next++;
      if (call % 100 === 0) {
        const fault = faults[(call / 100) % faults.length];
        for (const provider of ['anthropic', 'openai']) {
          simulator.setFault(provider, `${fault},p=${options.share}`);
        }
      }
      const stream = call % 2 === 0;
      const [path, done] =
        call % 4 < 2 ? ['/v1/messages', 'message_stop'] : ['/v1/chat/completions', '[DONE]'];
      const messages = [{ role: 'user', content: `Say hello, ${call}.` }];
      const reply = await client.post(path, { model: 'sonnet', max_tokens: 60, stream, messages });
      const whole = stream ? reply.body.includes(done) : reply.body.at(-1) === '}'.charCodeAt(0);
      if (reply.status !== 200 || !reply.ended || !whole || reply.body.includes('"error"')) failures += 1;
      furtherAttempts += Number(reply.headers['x-conclave-attempts'] ?? 1) - 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: options.atOnce }, caller));
    return { failures, furtherAttempts };
  } finally {
    client.close();
    await gateway.stop();
    await simulator.close();
  }
}

/** Two providers that fail and one that does not, each with a workhorse model of its own family. */
function failingProviders(url: string): ConfigInput {
  return {
    providers: {
      anthropic: { baseUrl: `${url}/anthropic`, apiKey: 'key' },
      openai: { baseUrl: `${url}/openai/v1`, apiKey: 'key', dialect: 'openai-chat' },
      deepseek: { baseUrl: `${url}/deepseek/v1`, apiKey: 'key', dialect: 'openai-chat' },
    },
  };
}
