import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelsUrl } from './models-url.ts';
import type { Provider } from '../provider.ts';

function provider(baseUrl: string, modelsPath?: string): Provider {
  const base = { id: 'lab', name: 'Lab', auth: 'none', keyVariables: [], quirks: {}, local: true } as const;
  return { ...base, dialects: [{ dialect: 'openai-chat', baseUrl }], ...(modelsPath && { modelsPath }) };
}

test('joins base URL and path without repeating the version', () => {
  assert.equal(modelsUrl(provider('http://lab:1', '/v1/models')), 'http://lab:1/v1/models');
  assert.equal(modelsUrl(provider('http://lab:1/v1', '/v1/models')), 'http://lab:1/v1/models');
  assert.equal(modelsUrl(provider('http://lab:1/v1', '/models')), 'http://lab:1/v1/models');
  assert.equal(modelsUrl(provider('http://lab:1/v1')), undefined);
});
