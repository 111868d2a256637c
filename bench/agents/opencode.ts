import { join } from 'node:path';
import { usualModels, type Agent } from './agent.ts';

/** OpenAI's chat completions, by the AI SDK. */
export const opencode: Agent = {
  name: 'opencode',
  packages: ['opencode-ai@1.18.33'],
  models: usualModels,
  program: (folder) => join(folder, `node_modules/opencode-${process.platform}-${process.arch}/bin/opencode`),
  settings: ({ url, models }) => ({
    work: {
      'opencode.json': JSON.stringify({
        provider: {
          conclave: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: `${url}/v1`, apiKey: '{env:CONCLAVE_API_KEY}' },
            models: Object.fromEntries(models.map((model) => [model, {}])),
          },
        },
      }),
    },
  }),
  environment: ({ key }) => ({ CONCLAVE_API_KEY: key }),
  task: (file) => `Read the file ${file}`,
  turn: ({ prompt, model, isFirst }) => [
    'run',
    ...(isFirst ? [] : ['--continue']),
    '--model',
    `conclave/${model}`,
    prompt,
  ],
};
