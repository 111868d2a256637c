import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eras, transports } from './mcp-clients.ts';
import { startSlowProvider } from './slow-provider.ts';

const asking = 'asking slow/one · waiting for slow/one · 0 of 1 answered · $0 so far';

for (const [name, connect] of Object.entries(transports)) {
  for (const era of eras) {
    test(`over ${name}, ${era}: whoever waits hears what runs while the model is silent, and what it cost`, async (t) => {
      // It says nothing before the client has heard that it is being asked.
      const provider = await startSlowProvider(t, 60_000);
      const client = await connect(t, provider.config, era);
      const heard: string[] = [];
      const answer = await client.callTool(
        { name: 'chat', arguments: { prompt: 'Hello', model: 'slow/one' } },
        {
          onprogress({ message = '' }) {
            heard.push(message);
            if (message === asking) void provider.arrivals(1).then(provider.answerAll);
          },
        },
      );
      assert.ok(!answer.isError, JSON.stringify(answer.content));
      assert.equal(heard[0], 'started');
      assert.equal(heard.at(-1), 'asking slow/one · 1 of 1 answered · $0.000012 so far');
    });
  }
}
