import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageParts } from './usage.ts';

const audio = (tokenCount: number) => [{ modality: 'AUDIO', tokenCount }];

test('audio from the cache is not counted as audio again, and its price is named as unknown', () => {
  const counted = { promptTokenCount: 200, candidatesTokenCount: 5, promptTokensDetails: audio(100) };
  const [plain] = usageParts(counted, 0);
  assert.ok(plain?.type === 'usage');
  assert.deepEqual([plain.audioInput, plain.terms], [100, undefined]);
  const [cached] = usageParts({ ...counted, cachedContentTokenCount: 80, cacheTokensDetails: audio(60) }, 0);
  assert.ok(cached?.type === 'usage');
  assert.equal(cached.audioInput, 40);
  assert.deepEqual([cached.usage.input, cached.usage.cacheRead], [120, 80]);
  assert.match(JSON.stringify(cached.terms), /audio tokens from the cache/);
});

test('no more tokens count as cached than the prompt has', () => {
  const [part] = usageParts({ promptTokenCount: 10, cachedContentTokenCount: 50 }, 0);
  assert.ok(part?.type === 'usage');
  assert.deepEqual([part.usage.input, part.usage.cacheRead], [0, 10]);
});
