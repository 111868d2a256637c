import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { DialectId } from '../../src/core/wire/content.ts';
import { dialects } from '../../src/dialects/index.ts';
import { clientDialects, seenStream, type ClientDialectId } from '../support/client-stream.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';
import { startScriptedProvider, type Script, type ScriptedProvider } from '../providers/scripted-provider.ts';

// Streams as providers send them, split into arbitrary pieces and cut at any byte, through the whole gateway.

const clients = dialects.map(({ id }) => id).filter((id): id is ClientDialectId => id in clientDialects);

let gateway: TestGateway;
const scripts: Partial<Record<DialectId, ScriptedProvider>> = {};
const cleanups: (() => Promise<void>)[] = [];
const cleanup = { after: (clean: () => Promise<void>) => void cleanups.push(clean) };
before(async () => {
  const providers: NonNullable<ConfigInput['providers']> = {};
  for (const { id } of dialects) {
    const scripted = (scripts[id] = await startScriptedProvider(cleanup));
    providers[`lab-${id}`] = { dialect: id, baseUrl: scripted.url, apiKey: 'key' };
  }
  const routing = { retries: 0, timeouts: { idleMs: 20_000 } };
  gateway = await startTestGateway(cleanup, { config: { providers, routing } });
});
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

for (const client of clients) {
  for (const provider of dialects) {
    const streams = ownSamples(provider.id).filter(
      ({ streaming, status, expect }) => streaming && status === 200 && expect?.finish && !expect.error,
    );
    const said = (pieces: readonly Uint8Array[], ending: Script['ending']): Script => ({
      contentType: provider.streamContentType,
      pieces,
      ending,
    });
    const how = client === provider.id ? 'relayed' : 'translated';

    describe(`a stream of ${provider.id}, ${how} to a client of ${client}`, () => {
      test('is the same however it is split into pieces', async () => {
        const hear = (script: Script) => listen(provider.id, { client, script });
        for (const stream of streams) {
          const bytes = replyBytes(stream);
          const whole = await hear(said([bytes], 'end'));
          assert.ok(whole);
          assert.deepEqual(whole.ends, ['finish'], stream.id);
          assert.equal(whole.after, 0, stream.id);
          await fc.assert(
            fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
              const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
              const pieces = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
              assert.deepEqual(await hear(said(pieces, 'end')), whole, stream.id);
            }),
            { numRuns: 4 },
          );
        }
      });

      test('ends exactly once wherever it is cut, and looks complete only if it is', async () => {
        const hear = (script: Script) => listen(provider.id, { client, script });
        for (const stream of streams) {
          const bytes = replyBytes(stream);
          const whole = await hear(said([bytes], 'end'));
          const lengths = fc.oneof(
            fc.nat(bytes.length),
            fc.integer({ min: Math.max(0, bytes.length - 300), max: bytes.length }),
          );
          await fc.assert(
            fc.asyncProperty(lengths, fc.constantFrom('end', 'reset'), async (length, ending) => {
              const cut = await hear(said([bytes.subarray(0, length)], ending));
              if (cut === undefined) return;
              assert.equal(cut.ends.length, 1, `${stream.id} cut at ${length}`);
              assert.equal(cut.after, 0);
              if (cut.ends[0] === 'finish') assert.deepEqual(cut, whole);
              else assert.ok(whole?.text.startsWith(cut.text));
            }),
            { numRuns: 8 },
          );
        }
      });

      test('ends at its end event, even if its provider repeats itself or keeps the connection open', async () => {
        for (const stream of streams) {
          const bytes = replyBytes(stream);
          const hear = (pieces: readonly Uint8Array[], ending: Script['ending']) =>
            listen(provider.id, { client, script: said(pieces, ending) });
          const whole = await hear([bytes], 'end');
          assert.deepEqual(
            await hear([Buffer.concat([bytes, bytes])], 'end'),
            whole,
            `${stream.id} in one piece`,
          );
          assert.deepEqual(await hear([bytes, bytes], 'hang'), whole, `${stream.id} in two`);
        }
      });
    });
  }
}

type Listening = { readonly client: ClientDialectId; readonly script: Script };

/** What a client saw, or `undefined` if it got the error before a stream began. */
async function listen(provider: DialectId, { client, script }: Listening) {
  scripts[provider]?.say(script);
  const { path, ask } = clientDialects[client];
  const reply = await post(gateway, path, { ...ask, model: `lab-${provider}/model`, stream: true });
  const bytes = new Uint8Array(await reply.arrayBuffer());
  return reply.ok ? seenStream(client, bytes) : undefined;
}
