import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headHeaders } from './reply-headers.ts';

const head = {
  requestId: 'req_1',
  provider: 'lab',
  attempts: 1,
  simulated: false,
  warnings: [],
  headers: {},
};
const named = (model: string) => headHeaders({ ...head, model }, {})['x-conclave-model'];

test('models with non-ASCII names stay distinguishable in headers, and no name can break a header line', () => {
  assert.equal(named('openai/gpt-5'), 'openai/gpt-5');
  assert.equal(named('lab/模型:7b'), 'lab/%E6%A8%A1%E5%9E%8B:7b');
  assert.equal(named('lab/a\r\nx-evil: 1'), 'lab/a%0D%0Ax-evil: 1');
  assert.equal(named('lab/\ud800'), 'lab/%EF%BF%BD');
});
