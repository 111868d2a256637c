import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatReply, startEchoingProvider } from '../providers/echoing-provider.ts';
import { createConclave } from '../../src/index.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('asking to simulate reaches no configured address, neither of a provider nor of a deployment', async (t) => {
  const real = await startEchoingProvider(t, () => ({ body: chatReply }));
  const conclave = await createConclave({
    simulate: true,
    home: tempFolder(t),
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${real.url}/v1`, apiKey: 'secret-1' } },
      models: [{ id: 'lab/x' }],
      deployments: [
        { model: 'lab/x', baseUrl: `${real.url}/other/v1`, apiKey: 'secret-2' },
        { model: 'openai/gpt-5', baseUrl: `${real.url}/azure/v1`, apiKey: 'secret-3' },
      ],
    },
  });
  t.after(() => conclave.close());
  for (const model of ['lab/x', 'lab/x', 'lab/x', 'openai/gpt-5', 'openai/gpt-5']) {
    const { simulated } = await conclave.chat({ model, prompt: 'Hello' });
    assert.equal(simulated, true);
  }
  assert.deepEqual(real.received, []);
});
