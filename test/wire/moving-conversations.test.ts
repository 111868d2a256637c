import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import type { Answer, MatrixClient, Turn } from '../matrix/matrix-client.ts';
import { clients, everyProvider, pngBase64, providers, type Provider } from '../matrix/providers.ts';

// Conversations that change models and come back: the next model gets the previous one's text, reasoning, images and
// tool calls, in its own dialect. The simulators reject what the real ones do: calls without results, altered
// reasoning.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway(everyProvider);
});
after(() => gateway.close());

const names = Object.keys(providers);
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

for (const client of clients) {
  describe(`a conversation of ${client.name}`, { concurrency: 4 }, () => {
    for (const [from, to] of pairs) {
      test(`goes from ${from} to ${to} and back`, async () => {
        const [first, second] = [providers[from], providers[to]];
        assert.ok(first && second);
        const seen = !first.blind && !second.blind;
        const turns: Turn[] = [];
        const at = conversation(client, turns);

        turns.push({ kind: 'user', text: 'What is in this image?', ...(seen && { pngBase64 }) });
        await at(thinkerOf(first), { think: true });
        turns.push({ kind: 'user', text: 'What is the weather in Paris? Use the tool.' });
        const called = await at(first.model, { stream: true });
        assert.ok(called.calls.length > 0);
        // The next model uses the result of a call that it did not make, and makes calls itself.
        assert.match((await at(second.model, {})).text, /21/);
        turns.push({ kind: 'user', text: 'Call both tools in parallel, for Rome.' });
        const both = await at(second.model, { stream: true });
        assert.ok(both.calls.length > 0);
        // The first model finds its own reasoning among another's.
        await at(thinkerOf(first), { think: true });
        turns.push({ kind: 'user', text: 'Why is the sky blue?' });
        await at(thinkerOf(second), { think: true });

        const ids = [...called.calls, ...both.calls].map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length, 'no two calls of a conversation share an id');
      });
    }
  });
}

function thinkerOf({ model, thinker = model }: Provider): string {
  return thinker;
}

/** Sends the whole conversation, keeps the answer and runs the tools that it calls. */
function conversation(client: MatrixClient, turns: Turn[]) {
  return async (
    model: string,
    { stream = false, think }: { readonly stream?: boolean; readonly think?: true },
  ): Promise<Answer> => {
    // The first question is about what is seen.
    const tools = turns.length > 1 ? { tools: ['get_weather', 'get_time'] } : {};
    const answer = await client.ask(gateway, { model, stream, turns, ...tools, ...(think && { think }) });
    assert.ok(answer.text !== '' || answer.calls.length > 0);
    turns.push({ kind: 'answer', native: answer.native });
    const results = answer.calls.map(({ id }) => ({ id, output: '{"celsius": 21}' }));
    if (results.length > 0) turns.push({ kind: 'results', results });
    return answer;
  };
}
