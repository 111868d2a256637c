import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cascadeGateway, question } from '../support/cascade-gateway.ts';
import { createKey } from '../support/create-key.ts';
import { post } from '../support/gateway.ts';
import { until } from '../support/until.ts';

/** Matching it takes hours with such answers. */
const hostile = '^(S+)+x';
const slowAnswer = 'S'.repeat(40);
const slowSchema = {
  type: 'object',
  properties: { rows: { type: 'string', pattern: hostile } },
};

type SlowCall = {
  readonly what: string;
  readonly says: string;
  readonly body: object;
  readonly headers: Record<string, string>;
};

const slowCalls: readonly SlowCall[] = [
  {
    what: 'a check of the caller',
    says: slowAnswer,
    body: question({ model: 'lab/big' }),
    headers: { 'x-conclave-check': JSON.stringify({ regex: hostile }) },
  },
  {
    what: 'the schema of the answer',
    says: JSON.stringify({ rows: slowAnswer }),
    body: question({
      response_format: { type: 'json_schema', json_schema: { name: 'rows', schema: slowSchema } },
    }),
    headers: { 'x-conclave-task': 'extraction' },
  },
];

for (const { what, says, body, headers } of slowCalls) {
  test(`many slow checks of one key do not keep another key's answer waiting: ${what}`, async (t) => {
    const { gateway, lab } = await cascadeGateway(t, () => says);
    const other = await createKey(gateway, { name: 'other' });
    let answeredFirst = 0;
    const asked = Array.from({ length: 10 }, async () => {
      const reply = await post(gateway, '/v1/chat/completions', body, headers);
      assert.equal(reply.status, 200, await reply.text());
      answeredFirst += 1;
    });
    await until(() => lab.asked.length >= 10, 'the calls of the first key at the provider');
    const reply = await post({ ...gateway, key: other.key }, '/v1/chat/completions', body, headers);
    assert.equal(reply.status, 200, await reply.text());
    assert.ok(answeredFirst < 6, `${answeredFirst} of the 10 calls of the first key were answered before`);
    await Promise.all(asked);
  });
}
