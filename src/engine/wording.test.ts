import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../app.ts';
import type { ModelConfig } from '../core/model.ts';
import type { ChatParams, LLMProvider } from '../core/wire/llm-provider.ts';
import { ConclaveError } from '../core/errors.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';

/** A fake provider that records what it is asked, and fails where configured to. */
function provider(name: string, asked: string[], fails: boolean): LLMProvider {
  const models: ModelConfig[] = [{ id: 'one', maxContext: 8_000, costPerMToken: 1 }];
  const note = (params: ChatParams) => {
    const part = params.messages[0]?.content[0];
    asked.push(`${name}: ${part?.type === 'text' ? part.text : ''}`);
    if (fails) throw new ConclaveError('provider_unreachable', 'down');
  };
  return {
    name,
    models,
    chat: async (params) => {
      note(params);
      return { text: 'ok' };
    },
    async *stream(params) {
      note(params);
      yield { type: 'text', text: 'ok' };
    },
    getModelInfo: () => ({ id: 'one', maxContext: 8_000, costPerMToken: 1 }),
    estimateCost: () => 0,
  };
}

test('asks each tried model in the wording that suits it', async (t) => {
  const asked: string[] = [];
  const app = await createApp({
    env: { CONCLAVE_HOME: tempFolder(t) },
    cwd: tempFolder(t),
    config: { routing: { retries: 0, fallbacks: { 'first/*': ['second/one'] } } },
    providers: [provider('first', asked, true), provider('second', asked, false)],
  });
  t.after(() => app.close());
  const { receipt } = await app.calls.ask({
    principal: await app.keys.localPrincipal(),
    surface: 'library',
    request: {
      model: 'first/one',
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'plain' }] }],
    },
    wording: ({ id }) => [{ role: 'user', content: [{ type: 'text', text: `for ${id}` }] }],
  });
  assert.equal(receipt.model, 'second/one');
  assert.deepEqual(asked, ['first: for first/one', 'second: for second/one']);
});
