import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startSimulator, type Simulator } from './server.ts';
import type { SimulatorOptions } from './state.ts';
import { until } from '../../test/support/until.ts';

test('a client that disconnects in the middle of a stream is noticed at once, and billed for what was sent', async () => {
  await withSimulator({ latency: { firstByteMs: 0, perChunkMs: 20 } }, async (simulator) => {
    const controller = new AbortController();
    const reply = await chat(simulator, 'Count to 500', { stream: true }, controller.signal);
    const reader = reply.body?.getReader();
    for (let chunk = 0; chunk < 5; chunk += 1) await reader?.read();
    const leftAt = Date.now();
    controller.abort();
    await until(() => simulator.aborts().length === 1, 'the abort');
    assert.ok(
      (simulator.aborts()[0]?.at ?? Infinity) - leftAt < 5_000,
      'the stream would have gone on for ten seconds',
    );
    await until(() => simulator.bill().interruptedCalls === 1, 'the interrupted call on the bill');
    const output = simulator.bill().byModel['openai/gpt-4o']?.output ?? 0;
    assert.ok(output > 0 && output < 100, String(output));
  });
});

test('a client that disconnects before the first byte is noticed and not billed', async () => {
  await withSimulator({ latency: { firstByteMs: 60_000, perChunkMs: 0 } }, async (simulator) => {
    const controller = new AbortController();
    const reply = chat(simulator, 'Hello', {}, controller.signal).catch(() => undefined);
    await until(() => simulator.requests().length === 1, 'the request');
    controller.abort();
    await reply;
    await until(() => simulator.aborts().length === 1, 'the abort');
    assert.equal(simulator.bill().calls, 0);
  });
});

test('a client that does not read holds its own stream back', async () => {
  await withSimulator({ latency: 'none' }, async (simulator) => {
    const body = JSON.stringify({
      model: 'gpt-4o',
      stream: true,
      messages: [{ role: 'user', content: 'Write exactly 100000 words' }],
    });
    const socket = connect(simulator.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => simulator.bill().bytesOut > 0, 'the first bytes');
    await until(async () => {
      const before = simulator.bill().bytesOut;
      await sleep(50);
      return simulator.bill().bytesOut === before;
    }, 'the end of what is sent unread');
    assert.equal(simulator.bill().calls, 0, 'the reply is not over');
    assert.ok(simulator.bill().bytesOut < 20_000_000);
    socket.destroy();
    await until(() => simulator.bill().interruptedCalls === 1, 'the interrupted call on the bill');
  });
});

test('above its concurrency a provider refuses requests with its own error', async () => {
  await withSimulator(
    { latency: { firstByteMs: 1_000, perChunkMs: 0 }, concurrency: 3 },
    async (simulator) => {
      const replies = await Promise.all(Array.from({ length: 8 }, () => chat(simulator, 'Hello', {})));
      const statuses = replies.map(({ status }) => status).sort();
      assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429, 429, 429]);
      const shed = replies.find(({ status }) => status === 429);
      assert.equal(shed?.headers.get('retry-after'), '1');
      assert.match((await shed?.text()) ?? '', /rate_limit_exceeded/);
    },
  );
});

test('a credential has a limit of requests per minute, and the headers report its state', async () => {
  let now = 1_000_000;
  await withSimulator({ latency: 'none', requestsPerMinute: 2, now: () => now }, async (simulator) => {
    const standings: unknown[] = [];
    for (let call = 0; call < 3; call += 1) {
      const { status, headers } = await chat(simulator, 'Hello', {});
      standings.push([status, headers.get('x-ratelimit-remaining-requests'), headers.get('retry-after')]);
      now += 10_000;
    }
    assert.deepEqual(standings, [
      [200, '1', null],
      [200, '0', null],
      [429, null, '40'],
    ]);
    now += 60_000;
    assert.equal((await chat(simulator, 'Hello', {})).status, 200);
  });
});

test('a reply can be split into single bytes without losing one', async () => {
  await withSimulator({ latency: 'none', now: () => 0 }, async (simulator) => {
    const whole = await (await chat(simulator, 'Say "Grüße"', { stream: true })).text();
    simulator.setFault('openai', 'split,size=1');
    const split = await (await chat(simulator, 'Say "Grüße"', { stream: true })).text();
    assert.match(whole, /Grüße/);
    assert.equal(split, whole);
  });
});

test('a plausible answer takes time: the first byte, then word by word', async () => {
  await withSimulator({ latency: { firstByteMs: 80, perChunkMs: 10 } }, async (simulator) => {
    const startedAt = performance.now();
    const reply = await chat(simulator, 'Count to 20', { stream: true });
    const headAfter = performance.now() - startedAt;
    let pieces = 0;
    for await (const _piece of reply.body ?? []) pieces += 1;
    const doneAfter = performance.now() - startedAt;
    assert.ok(headAfter >= 75, String(headAfter));
    // From the start: on a busy machine, the head may be noticed long after it was sent.
    assert.ok(doneAfter >= 225, String(doneAfter));
    assert.ok(pieces > 5, `${pieces} pieces`);
  });
});

test('requests are recorded, without credentials', async () => {
  await withSimulator({ latency: 'none', keepRequests: 2 }, async (simulator) => {
    for (const content of ['One', 'Two', 'Three']) await chat(simulator, content, {});
    const response = await fetch(`${simulator.url}/__requests`);
    const text = await response.text();
    const seen = simulator.requests();
    assert.equal(seen.length, 2);
    assert.equal(seen[1]?.path, '/openai/v1/chat/completions');
    assert.match(JSON.stringify(seen[1]?.body), /Three/);
    assert.doesNotMatch(text, /sk-very-secret/);
    assert.equal(seen[0]?.keyHash, seen[1]?.keyHash);
  });
});

test('faults can be switched on and all state cleared over HTTP', async () => {
  await withSimulator({ latency: 'none' }, async (simulator) => {
    const post = (path: string, body: object): Promise<Response> =>
      fetch(simulator.url + path, { method: 'POST', body: JSON.stringify(body) });
    await post('/__faults', { target: 'openai', fault: '503' });
    assert.equal((await chat(simulator, 'Hello', {})).status, 503);
    await post('/__faults', { target: 'openai', fault: null });
    assert.equal((await chat(simulator, 'Hello', {})).status, 200);
    assert.equal((await post('/__faults', { target: 'openai', fault: 'flood' })).status, 400);
    await post('/__reset', {});
    assert.equal(simulator.bill().calls, 0);
    assert.equal(simulator.requests().length, 0);
  });
});

test("invalid bodies are refused with the provider's error", async () => {
  await withSimulator({ latency: 'none' }, async ({ url }) => {
    const post = async (path: string, body: string): Promise<[number, unknown]> => {
      const reply = await fetch(url + path, { method: 'POST', body });
      return [reply.status, await reply.json()];
    };
    const [openaiStatus, openaiBody] = await post('/openai/v1/chat/completions', '{"model":');
    assert.equal(openaiStatus, 400);
    assert.match(JSON.stringify(openaiBody), /"type":"invalid_request_error"/);
    const [anthropicStatus, anthropicBody] = await post(
      '/anthropic/v1/messages',
      '{"model":"m","messages":[]}',
    );
    assert.equal(anthropicStatus, 400);
    assert.match(JSON.stringify(anthropicBody), /max_tokens: Field required/);
    assert.equal((await post('/openai/v1/nothing', '{}'))[0], 404);
  });
});

async function withSimulator(
  options: SimulatorOptions,
  use: (simulator: Simulator) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator(options);
  try {
    await use(simulator);
  } finally {
    await simulator.close();
  }
}

function chat(simulator: Simulator, content: string, more: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${simulator.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-very-secret' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...more }),
    ...(signal ? { signal } : {}),
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
