import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startSimulator } from '../../src/app.ts';
import { createConclave } from '../../src/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { completion } from '../support/chat-replies.ts';

test('a taken port is named, with the remedy', async (t) => {
  const holder = await startSimulator();
  t.after(() => holder.close());
  await assert.rejects(startSimulator({ port: holder.port }), {
    code: 'configuration',
    message: new RegExp(`^Cannot listen on 127\\.0\\.0\\.1: port ${holder.port} is taken`),
  });
});

test('asking to simulate reaches no configured address, neither of a provider nor of a deployment', async (t) => {
  const real = await startEchoingProvider(t, () => ({ body: completion() }));
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
  const models = ['lab/x', 'openai/gpt-5'].flatMap((model) => Array<string>(6).fill(model));
  // At once, so that the calls are shared out over all deployments.
  const answers = await Promise.all(models.map((model) => conclave.chat({ model, prompt: 'Hello' })));
  assert.deepEqual(new Set(answers.map(({ simulated }) => simulated)), new Set([true]));
  assert.deepEqual(real.received, []);
});
