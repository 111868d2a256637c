import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eras, transports } from '../support/mcp-clients.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';

for (const [name, connect] of Object.entries(transports)) {
  for (const era of eras) {
    test(`over ${name}, ${era}: three calls run at the provider at once, and other requests are answered meanwhile`, async (t) => {
      // The provider responds only after all three have arrived and another request was answered.
      const provider = await startSlowProvider(t, 60_000);
      const client = await connect(t, provider.config, era);
      let ended = 0;
      const calls = ['a', 'b', 'c'].map(async (prompt) => {
        const answer = await client.callTool({ name: 'chat', arguments: { prompt, model: 'slow/one' } });
        ended += 1;
        return answer;
      });
      await provider.arrivals(3);
      // Revision 2026-07-28 no longer has a ping.
      if (era === 'legacy') await client.ping();
      else await client.callTool({ name: 'version', arguments: {} });
      assert.equal(ended, 0);
      provider.answerAll();
      for (const answer of await Promise.all(calls)) assert.ok(!answer.isError, JSON.stringify(answer));
    });
  }
}
