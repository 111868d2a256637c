import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway } from '../../../../test/support/gateway.ts';
import { lastRow } from '../../../../test/support/ledger-rows.ts';
import { rowText } from './show.ts';

test('a refused call is explained by why it was refused, without headings over nothing', async (t) => {
  const gateway = await startTestGateway(t);
  const told = async (body: object, headers?: Record<string, string>) => {
    const messages = [{ role: 'user', content: 'Hi' }];
    await post(gateway, '/v1/chat/completions', { messages, max_tokens: 50, ...body }, headers);
    return rowText(await lastRow(gateway), { why: true });
  };
  const unknown = await told({ model: 'lab/none' });
  assert.match(unknown, /^why {10}no model was chosen: .*lab\/none/m);
  const dear = await told({ model: 'openai/gpt-4o-mini' }, { 'x-conclave-max-cost-usd': '0.000000001' });
  assert.match(dear, /^why {10}no candidate fits.*\nruled out\n {2}openai\/gpt-4o-mini: /m);
  for (const text of [unknown, dear]) assert.doesNotMatch(text, /candidates, in order|outcome/);
  const answered = await told({ model: 'openai/gpt-4o-mini' });
  assert.match(answered, /outcome[\s\S]*candidates, in order\n {2}1\. openai\/gpt-4o-mini/);
});
