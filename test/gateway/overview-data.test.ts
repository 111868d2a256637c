import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { post, startTestGateway } from '../support/gateway.ts';

const dayMs = 86_400_000;

type Shown = {
  costs: { calls: number; totalNanoUsd: number };
  keys: { name: string; calls: number; totalNanoUsd: number }[];
  calls: { id: string; costNanoUsd: number }[];
};

test('the page has the calls and costs of its own key only; for the admin it has those of all keys in use, the dearest first', async (t) => {
  const gateway = await startTestGateway(t);
  const { keys } = gateway.app;
  const former = await keys.issue({ name: 'team', budgets: [] });
  const ask = async (key: string, model: string) => {
    const body = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
    const reply = await post({ ...gateway, key }, '/v1/chat/completions', body);
    assert.equal(reply.status, 200, await reply.text());
    return reply.headers.get('x-conclave-request-id') ?? '';
  };
  const shown = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await (await fetch(`${gateway.url}/overview.json`, { headers })).json()) as Shown;
  };
  const formerCall = await ask(former.key, 'sonnet');
  await keys.change(former.stored, { disabled: true });
  const team = await keys.issue({ name: 'team', budgets: [] });
  const guest = await keys.issue({ name: 'guest', budgets: [] });
  const guestCall = await ask(guest.key, 'gpt-mini');
  const teamCall = await ask(team.key, 'opus');

  const costs = new Map<string, number>();
  for (const [{ key }, id, name] of [
    [team, teamCall, 'team'],
    [guest, guestCall, 'guest'],
  ] as const) {
    const own = await shown(key);
    assert.deepEqual(
      own.calls.map((call) => call.id),
      [id],
    );
    const [{ costNanoUsd } = { costNanoUsd: 0 }] = own.calls;
    assert.ok(costNanoUsd > 0);
    assert.deepEqual([own.costs.calls, own.costs.totalNanoUsd], [1, costNanoUsd]);
    assert.deepEqual(
      own.keys.map((entry) => [entry.name, entry.calls, entry.totalNanoUsd]),
      [[name, 1, costNanoUsd]],
    );
    costs.set(name, costNanoUsd);
  }

  const all = await shown(gateway.adminKey);
  assert.deepEqual(
    all.calls.map((call) => call.id),
    [teamCall, guestCall, formerCall],
  );
  assert.deepEqual(
    all.keys.map((entry) => [entry.name, entry.calls, entry.totalNanoUsd]),
    [
      ['team', 1, costs.get('team')],
      ['guest', 1, costs.get('guest')],
      ['local', 0, 0],
    ],
    'without the revoked key, whose name another has now',
  );
});

test('the page has the calls of the month that its costs are about, and does not search the whole ledger for more', async (t) => {
  const gateway = await startTestGateway(t);
  const ask = async () => {
    const body = { model: 'sonnet', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
    const reply = await post(gateway, '/v1/chat/completions', body);
    return reply.headers.get('x-conclave-request-id') ?? '';
  };
  const [old, aged, young] = [await ask(), await ask(), await ask()];
  using database = new DatabaseSync(join(gateway.home, 'conclave.db'), { timeout: 5_000 });
  const move = database.prepare('UPDATE calls SET started_at = started_at - ? WHERE id = ?');
  move.run(31 * dayMs, old);
  move.run(29 * dayMs, aged);
  for (const key of [gateway.key, gateway.adminKey]) {
    const headers = { authorization: `Bearer ${key}` };
    const shown = (await (await fetch(`${gateway.url}/overview.json`, { headers })).json()) as Shown;
    assert.deepEqual(
      shown.calls.map(({ id }) => id),
      [young, aged],
    );
    assert.equal(shown.costs.calls, 2);
  }
});
