import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eras, transports } from './mcp-clients.ts';
import { startSlowProvider } from './slow-provider.ts';

/** A little longer than the silence that is filled. */
const slowMs = 6_000;

test('whoever waits hears within a second what runs, and again while nothing else happens', async (t) => {
  const provider = await startSlowProvider(t, slowMs);
  const kinds = Object.entries(transports).flatMap(([name, connect]) =>
    eras.map((era) => ({ name: `${name}, ${era}`, client: connect(t, provider.config, era) })),
  );
  // All at once: each takes as long as its provider.
  await Promise.all(
    kinds.map(async ({ name, client }) => {
      const heard: { afterMs: number; message: string }[] = [];
      const connected = await client;
      const startedAt = performance.now();
      await connected.callTool(
        { name: 'chat', arguments: { prompt: 'Hello', model: 'slow/one' } },
        {
          onprogress: ({ message }) =>
            heard.push({ afterMs: performance.now() - startedAt, message: message ?? '' }),
        },
      );
      const ended = { afterMs: performance.now() - startedAt, message: '' };
      assert.ok((heard[0]?.afterMs ?? Infinity) < 1_000, `${name}: first word after ${heard[0]?.afterMs} ms`);
      const gaps = [...heard, ended].map(({ afterMs }, index) => afterMs - (heard[index - 1]?.afterMs ?? 0));
      assert.ok(Math.max(...gaps) < 10_000, `${name}: silent for ${Math.max(...gaps)} ms`);
      const lines = heard.map(({ message }) => message);
      assert.ok(
        lines.includes('asking slow/one · waiting for slow/one · 0 of 1 answered · $0 so far'),
        lines.join('\n'),
      );
      assert.match(lines.find((line) => line.endsWith(' s')) ?? '', /waiting for slow\/one .* · [5-9] s$/);
      assert.equal(lines.at(-1), 'asking slow/one · 1 of 1 answered · $0.000012 so far');
    }),
  );
});
