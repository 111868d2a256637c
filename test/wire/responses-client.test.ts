import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { Simulator } from '../../src/simulator/server.ts';
import { assertAbortCrosses } from '../support/abort-crosses.ts';
import { openTestGateway, simulatedProviders, type TestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';

type Responses = OpenAI.Responses.Response;

/** What stands behind a client of Responses: its own dialect, relayed, or another, translated. */
const behind: Readonly<Record<string, { model: string; relayed: boolean; dialect?: 'openai-chat' }>> = {
  'OpenAI over Responses, relayed': { model: 'openai/gpt-5.4-mini', relayed: true },
  'OpenAI over chat, translated': { model: 'openai/gpt-5.4-mini', relayed: false, dialect: 'openai-chat' },
  'Anthropic, translated': { model: 'anthropic/claude-sonnet-5', relayed: false },
  'Ollama, translated': { model: 'ollama/qwen3:8b', relayed: false },
};

for (const [name, { model, relayed, dialect }] of Object.entries(behind)) {
  describe(`the official OpenAI client's Responses in front of ${name}`, () => {
    let client: OpenAI;
    let gateway: TestGateway;
    after(() => gateway.close());
    before(async () => {
      gateway = await openTestGateway({ config: (simulator) => configFor(simulator, dialect) });
      client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    });

    test('a streamed answer is the same text, its events numbered and each item opened and closed', async () => {
      const input = 'Say hello.';
      const whole = await client.responses.create({ model, input });
      const events: OpenAI.Responses.ResponseStreamEvent[] = [];
      for await (const event of await client.responses.create({ model, input, stream: true }))
        events.push(event);
      assert.deepEqual(
        events.slice(0, 2).map(({ type }) => type),
        ['response.created', 'response.in_progress'],
      );
      assert.deepEqual(
        events.map(({ sequence_number }) => sequence_number),
        events.map((_, at) => at),
      );
      const last = events.at(-1);
      assert.ok(last?.type === 'response.completed');
      const deltas = events.flatMap((event) =>
        event.type === 'response.output_text.delta' ? [event.delta] : [],
      );
      assert.equal(deltas.join(''), whole.output_text);
      assert.equal(textOf(last.response), whole.output_text);
      const opened = events.flatMap((event) =>
        event.type === 'response.output_item.added' ? [event.output_index] : [],
      );
      const closed = events.flatMap((event) =>
        event.type === 'response.output_item.done' ? [event.output_index] : [],
      );
      assert.deepEqual(closed.toSorted(), opened.toSorted());
      assert.equal(opened.length, last.response.output.length);
      const row = await lastRow(gateway);
      assert.equal(last.response.usage?.output_tokens, row.usage.output + row.usage.reasoning);
      assert.equal(row.estimated, false);
    });

    test('an earlier answer is found if its provider stores it, and refused by name elsewhere', async () => {
      const first = await client.responses.create({ model, input: 'Say hello.' });
      const next = client.responses.create({ model, input: 'Again.', previous_response_id: first.id });
      if (relayed) assert.ok(textOf(await next));
      else await assert.rejects(next, { status: 400, param: 'previous_response_id' });
    });

    test('an answer that reaches its limit is reported as incomplete', async () => {
      const reply = await client.responses.create({
        model,
        input: 'Tell me in some detail what a river delta is.',
        max_output_tokens: 16,
      });
      assert.equal(reply.status, 'incomplete');
      assert.equal(reply.incomplete_details?.reason, 'max_output_tokens');
    });

    test('a stream that breaks off throws, and is never taken for a whole answer', async () => {
      const events: string[] = [];
      await assert.rejects(async () => {
        const stream = await client.responses.create({
          model: `${model}!fault=cut,after=4`,
          input: 'Tell me in some detail what a river delta is.',
          stream: true,
        });
        for await (const event of stream) events.push(event.type);
      }, OpenAI.APIError);
      assert.ok(events.length > 0);
      assert.ok(!events.includes('response.completed'));
    });

    test('an abort in the middle of a stream reaches the provider at once', async () => {
      await assertAbortCrosses(gateway, async (signal, gotPiece) => {
        const ask = { model: `${model}!fault=stall`, input: 'Say hello.', stream: true as const };
        for await (const _ of await client.responses.create(ask, { signal })) gotPiece();
      });
    });
  });
}

function configFor(simulator: Simulator, dialect: 'openai-chat' | undefined): ConfigInput {
  const providers = simulatedProviders(simulator);
  return { providers: dialect ? { ...providers, openai: { ...providers['openai'], dialect } } : providers };
}

/** A stream's final response has no `output_text` of its own. */
function textOf({ output }: Responses): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
}
