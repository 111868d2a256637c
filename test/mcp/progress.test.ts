import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eras, transports } from '../support/mcp-clients.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';

const vote = { prompt: 'Shall it be?', mode: 'vote', models: ['slow/one', 'slow/two'] };

for (const [name, connect] of Object.entries(transports)) {
  for (const era of eras) {
    test(`over ${name}, ${era}: progress reports what runs, which models are pending, how many answered, and the cost so far`, async (t) => {
      // The first model responds once the client has seen both as pending, the second once the client has seen the
      // first end.
      const provider = await startSlowProvider(t, 60_000, '{"option": "yes", "reason": "It is sound."}');
      const client = await connect(t, provider.config, era);
      const heard: string[] = [];
      const answer = await client.callTool(
        { name: 'consensus', arguments: vote },
        {
          onprogress({ message = '' }) {
            heard.push(message);
            if (message.includes('waiting for slow/one, slow/two · 0 of 2 answered · $0 so far')) {
              void provider.arrivals(2).then(provider.answerFirst);
            }
            if (message.endsWith('1 of 2 answered · $0.000012 so far')) provider.answerAll();
          },
        },
      );
      assert.ok(!answer.isError, JSON.stringify(answer.content));
      assert.equal(heard[0], 'started');
    });
  }
}
