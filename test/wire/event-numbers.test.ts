import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastEventNumber } from '../../src/dialects/openai-responses/reply/event-number.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';
import { startScriptedProvider, type Script } from '../providers/scripted-provider.ts';

// OpenAI's Responses number the events of a stream, and its clients put them in order by that.

const blankLine = '\n\n';

test('a relayed Responses stream that breaks off continues its numbering in the error event', async (t) => {
  const provider = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-responses', baseUrl: provider.url, apiKey: 'key' } },
      routing: { retries: 0 },
    },
  });
  const hear = async (pieces: readonly Uint8Array[], ending: Script['ending']) => {
    provider.say({ contentType: 'text/event-stream', pieces, ending });
    const reply = await post(gateway, '/v1/responses', { model: 'lab/model', input: 'Hi', stream: true });
    return reply.status === 200 ? eventsOf(await reply.text()) : undefined;
  };
  const streams = ownSamples('openai-responses').filter(
    ({ streaming, status, expect }) => streaming && status === 200 && expect?.finish && !expect.error,
  );
  let broken = 0;
  for (const stream of streams) {
    const text = Buffer.from(replyBytes(stream)).toString();
    const events = text.split(/(?<=\n\n)/);
    for (let kept = 1; kept < events.length; kept += 4) {
      const before = Buffer.from(events.slice(0, kept).join(''));
      const ways: [pieces: Uint8Array[], ending: Script['ending']][] = [
        [[before], 'reset'],
        [[before, Buffer.from(events[kept]?.slice(0, 40) ?? '')], 'end'],
        [[before, Buffer.from(providersError)], 'end'],
      ];
      for (const [pieces, ending] of ways) {
        const heard = await hear(pieces, ending);
        if (heard?.at(-1)?.type !== 'response.failed') continue;
        broken += 1;
        assert.deepEqual(
          heard.map(({ sequence_number }) => sequence_number),
          heard.map((_, at) => at),
          `${stream.id} after ${kept} events`,
        );
      }
    }
  }
  assert.ok(broken > 20, `${broken} streams broke off`);
});

const providersError = `event: error\ndata: {"type":"error","code":"server_error","message":"It broke.","param":null,"sequence_number":0}${blankLine}`;

type NumberedEvent = { readonly type: string; readonly sequence_number: number };

function eventsOf(text: string): NumberedEvent[] {
  return [...text.matchAll(/^data: (.*)$/gmu)].map(([, data = '']) => JSON.parse(data) as NumberedEvent); // they are all events
}

test('the number of an event is its own: neither a text about one nor the schema of a tool with such a member', () => {
  const event = (members: string) => Buffer.from(`event: x\ndata: {${members}}${blankLine}`);
  assert.equal(lastEventNumber(event('"type":"x"')), undefined);
  assert.equal(lastEventNumber(event('"sequence_number":41,"delta":"\\"sequence_number\\":7"')), 41);
  assert.equal(
    lastEventNumber(event('"sequence_number": 3,"tools":{"sequence_number":{"type":"number"}}')),
    3,
  );
  assert.equal(
    lastEventNumber(Buffer.concat([event('"sequence_number":3'), event('"sequence_number":4')])),
    4,
  );
});
