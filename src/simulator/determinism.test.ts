import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from './server.ts';
import type { SimulatorOptions } from './state.ts';

const requests = [
  [
    '/openai/v1/chat/completions',
    { model: 'gpt-6-sol', messages: say('Review: eval(x); const a = b / list.length;') },
  ],
  ['/openai/v1/chat/completions', { model: 'gpt-5.4-nano', messages: say('What is 12 * 34?'), stream: true }],
  ['/deepseek/v1/chat/completions', { model: 'deepseek-v4-pro', messages: say('Is it wise?'), stream: true }],
  [
    '/anthropic/v1/messages',
    { model: 'claude-sonnet-5', max_tokens: 99, messages: say('Hello'), stream: true },
  ],
  ['/anthropic/v1/messages', { model: 'nobody-knows-it', max_tokens: 99, messages: say('Hello!') }],
] as const;

test('the same seed and the same request give the same bytes', async () => {
  const options = { seed: 42, latency: 'none', now: () => 1_800_000_000_000 } as const;
  assert.deepEqual(await replies(options), await replies(options));
});

test('ids differ between requests and between seeds', async () => {
  const options = { latency: 'none', now: () => 1_800_000_000_000 } as const;
  const ids = (texts: readonly string[]): string[] =>
    texts.flatMap((text) => text.match(/(?:chatcmpl-|msg_)sim\w+/) ?? []);
  const one = ids(await replies({ ...options, seed: 1 }));
  const two = ids(await replies({ ...options, seed: 2 }));
  assert.equal(new Set([...one, ...two]).size, 2 * requests.length);
});

function say(content: string): { role: 'user'; content: string }[] {
  return [{ role: 'user', content }];
}

async function replies(options: SimulatorOptions): Promise<string[]> {
  const simulator = await startSimulator(options);
  try {
    const texts: string[] = [];
    for (const [path, body] of requests) {
      const reply = await fetch(simulator.url + path, { method: 'POST', body: JSON.stringify(body) });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get('x-simulated'), 'true');
      texts.push(await reply.text());
    }
    return texts;
  } finally {
    await simulator.close();
  }
}
