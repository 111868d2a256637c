import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DialectId } from '../../src/core/wire/content.ts';
import { dialects } from '../../src/dialects/index.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { clientDialects, seenStream, type ClientDialectId } from '../support/client-stream.ts';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';

// A stream ends exactly once: every fault, at every place, from a provider of every dialect to a client of every other.

/** Where the simulator speaks each dialect, and a model to ask there. */
const providers: Record<DialectId, { readonly path: string; readonly model: string }> = {
  'openai-chat': { path: 'openai/v1', model: 'gpt-4.1' },
  'openai-responses': { path: 'openai/v1', model: 'gpt-5.4-mini' },
  'anthropic-messages': { path: 'anthropic', model: 'claude-sonnet-5' },
  'google-generate': { path: 'google/v1beta', model: 'gemini-3-flash' },
  'bedrock-converse': { path: 'bedrock', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
  'ollama-chat': { path: 'ollama', model: 'llama3.3' },
};

const kinds = ['cut', 'cut-clean', 'stall', 'malformed', 'error-event'] as const;
/** Content events that still arrive; the last stands for "all of them, but not the end". */
const positions = {
  'before its content': 0,
  'after its first words': 1,
  'in its middle': 6,
  'at its end': 999,
};

/** Named as `kind position dialect`: those that a client of every dialect has met. */
const met = new Map<string, Set<ClientDialectId>>();

const providerDialects = dialects.map(({ id }) => id);
const clients = providerDialects.filter((id): id is ClientDialectId => id in clientDialects);

function config(url: string): ConfigInput {
  return {
    providers: Object.fromEntries(
      providerDialects.map((dialect) => [
        `lab-${dialect}`,
        { dialect, baseUrl: `${url}/${providers[dialect].path}`, apiKey: 'key' },
      ]),
    ),
    // Silence is a fault too, and a test should not wait long for it.
    routing: { retries: 0, timeouts: { firstByteMs: 60_000, idleMs: 3_000 } },
  };
}

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({ config: (simulator) => config(simulator.url) });
});
after(() => gateway.close());

// Silences take time: streams wait in parallel, a few of each pair, but not so many that they starve.
describe('a stream ends once, whatever happens to it', { concurrency: 1 }, () => {
  for (const client of clients) {
    describe(`for a client of ${client}`, { concurrency: providerDialects.length }, () => {
      for (const provider of providerDialects) pair(client, provider);
    });
  }
});

function pair(client: ClientDialectId, provider: DialectId): void {
  const how = client === provider ? 'relayed' : 'translated';
  describe(`a ${provider} provider, ${how} to a client of ${client}`, { concurrency: 4 }, () => {
    let whole = '';
    before(async () => {
      const { ends, text, after: behind } = await ask(gateway, { client, provider });
      assert.deepEqual({ ends, behind }, { ends: ['finish'], behind: 0 });
      assert.ok(text.length > 100);
      whole = text;
    });

    for (const kind of kinds) {
      for (const [where, position] of Object.entries(positions)) {
        test(`${kind} ${where}: one end event, nothing after it, and the row says so`, async () => {
          const seen = await ask(gateway, { client, provider, fault: `${kind},after=${position}` });
          const row = await gateway.app.ledger.show(seen.requestId);
          assert.equal(row?.attempts.length, 1);
          const fault = `${kind} ${where} ${provider}`;
          met.set(fault, (met.get(fault) ?? new Set()).add(client));
          if (position === 0) {
            assert.ok(seen.status >= 500, `${seen.status}`);
            assert.equal(row.state, 'failed');
            // Anthropic counts a first token with the prompt; what a provider has counted is booked.
            assert.equal(row.usage.output, provider === 'anthropic-messages' && row.usage.input > 0 ? 1 : 0);
            return;
          }
          const { status, ends, after: behind } = seen;
          assert.deepEqual({ status, ends, behind }, { status: 200, ends: ['error'], behind: 0 });
          assert.ok(seen.text !== '' && whole.startsWith(seen.text), 'what came before is untouched');
          assert.equal(row.state, 'truncated');
          assert.ok(row.errorCode !== undefined && row.errorCode !== 'internal');
          assert.ok(row.estimated && row.usage.output > 0, 'what was sent is booked');
        });
      }
    }
  });
}

after(() => {
  const everywhere = [...met.values()].filter((seenBy) => seenBy.size === clients.length);
  assert.ok(everywhere.length >= 60, `only ${everywhere.length} faults met every client`);
});

type Asked = { readonly client: ClientDialectId; readonly provider: DialectId; readonly fault?: string };

async function ask(gateway: TestGateway, { client, provider, fault }: Asked) {
  const { path, ask: question } = clientDialects[client];
  const { model } = providers[provider];
  const named = `lab-${provider}/${model}${fault ? `!fault=${fault}` : ''}`;
  const reply = await post(gateway, path, { ...question, model: named, stream: true });
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const requestId = reply.headers.get('x-conclave-request-id') ?? '';
  const seen = reply.ok ? seenStream(client, bytes) : { ends: [], after: 0, text: '' };
  return { status: reply.status, requestId, ...seen };
}
