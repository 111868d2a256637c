import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eras, transports } from './mcp-clients.ts';
import { startSlowProvider } from './slow-provider.ts';

for (const [name, connect] of Object.entries(transports)) {
  for (const era of eras) {
    test(`over ${name}, ${era}: three calls are with the provider at once, and other requests go on meanwhile`, async (t) => {
      const provider = await startSlowProvider(t, 3_000);
      const client = await connect(t, provider.config, era);
      const startedAt = performance.now();
      const calls = ['a', 'b', 'c'].map(async (prompt) => {
        await client.callTool({ name: 'chat', arguments: { prompt, model: 'slow/one' } });
        return performance.now() - startedAt;
      });
      await provider.arrivals(3);
      const pingedAt = performance.now();
      // Revision 2026-07-28 has no ping any more.
      if (era === 'legacy') await client.ping();
      else await client.callTool({ name: 'version', arguments: {} });
      const pongMs = performance.now() - pingedAt;
      const endedMs = await Promise.all(calls);
      // Benches show the figures; five times as slow would be wrong on any machine.
      assert.ok(pongMs < 1_000, `answered after ${pongMs} ms`);
      assert.ok(Math.max(...endedMs) < 7_500, `the last ended after ${Math.max(...endedMs)} ms`);
    });
  }
}
