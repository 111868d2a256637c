import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOwnAddress } from './own-address.ts';

const openai = {
  ownHosts: ['openai.com', 'openai.azure.com'],
  dialects: [
    { dialect: 'openai-responses', baseUrl: 'https://api.openai.com/v1' },
    { dialect: 'openai-chat', baseUrl: 'https://api.openai.com/v1' },
  ],
} as const;
const google = {
  dialects: [
    { dialect: 'google-generate', baseUrl: 'https://g.example/v1beta', auth: 'x-goog-api-key' },
    { dialect: 'openai-chat', baseUrl: 'https://g.example/v1beta/openai', auth: 'bearer' },
  ],
} as const;

test('at the user’s own address the chat format comes first, and Responses serves clients that use it', () => {
  for (const own of ['http://10.0.0.2:9000/v1', 'http://10.0.0.2:9000/v1/', 'https://proxy.example/openai']) {
    const baseUrl = own.replace(/\/$/, '');
    assert.deepEqual(atOwnAddress(openai, own), [
      { dialect: 'openai-chat', baseUrl },
      { dialect: 'openai-responses', baseUrl },
    ]);
  }
});

test('a regional address of OpenAI is not the user’s own', () => {
  for (const baseUrl of ['https://eu.api.openai.com/v1', 'https://mine.openai.azure.com/openai/v1']) {
    assert.deepEqual(atOwnAddress(openai, baseUrl), [
      { dialect: 'openai-responses', baseUrl },
      { dialect: 'openai-chat', baseUrl },
    ]);
  }
  const [first] = atOwnAddress(openai, 'https://openai.com.example/v1');
  assert.equal(first?.dialect, 'openai-chat');
});

test('the ending of the address decides its dialect and how the key is sent', () => {
  const endings = {
    'http://10.0.0.2/v1beta': google.dialects[0],
    'http://10.0.0.2/v1beta/openai': google.dialects[1],
    'http://10.0.0.2/elsewhere': google.dialects[0],
  };
  for (const [baseUrl, endpoint] of Object.entries(endings)) {
    assert.deepEqual(atOwnAddress(google, baseUrl), [{ ...endpoint, baseUrl }]);
  }
});
