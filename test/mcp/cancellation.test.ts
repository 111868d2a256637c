import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eras, transports } from '../support/mcp-clients.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';

/** The goal is one second, as shown by `npm run bench:mcp`; five times that would be wrong on any machine. */
const maxMs = 5_000;

for (const [name, connect] of Object.entries(transports)) {
  for (const era of eras) {
    test(`over ${name}, ${era}: a cancelled call stops at the provider at once`, async (t) => {
      const provider = await startSlowProvider(t, 30_000);
      const client = await connect(t, provider.config, era);
      const stop = new AbortController();
      const arrived = provider.arrival();
      const call = client.callTool(
        { name: 'chat', arguments: { prompt: 'Hello', model: 'slow/one' } },
        { signal: stop.signal },
      );
      const { hungUp } = await arrived;
      const stoppedAt = performance.now();
      stop.abort();
      await assert.rejects(call);
      const afterMs = (await hungUp) - stoppedAt;
      assert.ok(afterMs < maxMs, `the provider was told after ${afterMs} ms`);
    });

    test(`over ${name}, ${era}: a client that disconnects stops its call at the provider at once`, async (t) => {
      const provider = await startSlowProvider(t, 30_000);
      const client = await connect(t, provider.config, era);
      const arrived = provider.arrival();
      const call = client.callTool({ name: 'chat', arguments: { prompt: 'Hello', model: 'slow/one' } });
      const { hungUp } = await arrived;
      const leftAt = performance.now();
      await Promise.all([client.close(), assert.rejects(call)]);
      const afterMs = (await hungUp) - leftAt;
      assert.ok(afterMs < maxMs, `the provider was told after ${afterMs} ms`);
    });
  }
}
