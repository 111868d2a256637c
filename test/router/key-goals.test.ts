import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../support/gateway.ts';
import { whatIfGateway } from '../support/what-if-gateway.ts';

test("a key's mode applies although the configuration sets a quality, in calls and in replays", async (t) => {
  const { gateway, call } = await whatIfGateway(t, () => 'Well.', {
    more: { routing: { policy: 'learned', quality: 0.9, exploration: 0 } },
  });
  const { keys, router } = gateway.app;
  // One call in fifty goes to the guard arm for comparison, but never a critical one.
  const best = await keys.issue({ name: 'best', budgets: [], routing: { mode: 'best', critical: true } });
  const work = { 'x-conclave-task': 'translation' };
  const choice = async (key: string) => {
    const body = { model: 'auto', messages: [{ role: 'user', content: 'Translate it: hello' }] };
    const dry = await post({ ...gateway, key }, '/v1/chat/completions', body, {
      ...work,
      'x-conclave-dry-run': 'true',
    });
    const { model, reason } = (await dry.json()) as { model: string; reason: string };
    return { model, reason };
  };
  assert.match((await choice(gateway.key)).reason, /within 90 % of the best/);
  const { model, reason } = await choice(best.key);
  assert.doesNotMatch(reason, /within 90 % of the best/);
  await call('auto', 3, work, { key: best.key });
  assert.notEqual(model, 'first/small');
  const { shifts } = await router.whatIf.replay({ without: ['first/small'] });
  assert.deepEqual(shifts, [], `answered by ${model}`);
});
