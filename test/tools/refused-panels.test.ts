import assert from 'node:assert/strict';
import { test } from 'node:test';
import consensus from '../../src/tools/consensus.ts';
import { startTestGateway } from '../support/gateway.ts';

test('a panel of which no model was asked is refused, not failed', async (t) => {
  const stop = { name: 'stop', check: () => ({ ok: false, reason: 'no' }) as const };
  const gateway = await startTestGateway(t, { app: { extensions: { inputGuardrails: [stop] } } });
  const { tools, keys, roots, ledger } = gateway.app;
  const context = tools.context({
    principal: await keys.localPrincipal(),
    surface: 'library',
    signal: new AbortController().signal,
    roots: await roots.local(),
    progress: () => undefined,
  });
  const question = consensus.input.parse({ prompt: 'So?' });
  await assert.rejects(async () => consensus.run(question, context), /no model could answer/);
  const rows = await ledger.recent({ limit: 20 });
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['refused', 'refused', 'refused', 'refused'],
    'the panel and its three members',
  );
});
