import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import type { Conclave } from '../../src/index.ts';
import { panelOf } from '../support/panelists.ts';

const diff = '--- a/x.js\n+++ b/x.js\n@@ -1 +1 @@\n-a\n+b\n';
const models = ['one/m', 'two/m'];

const works: Readonly<Record<string, (conclave: Conclave, signal: AbortSignal) => Promise<unknown>>> = {
  'a consensus': (conclave, signal) => conclave.consensus({ prompt: 'So?', models }, { signal }),
  'a vote': (conclave, signal) =>
    conclave.consensus({ prompt: 'So?', mode: 'vote', options: ['x', 'y'], models }, { signal }),
  'a review by a panel': (conclave, signal) => conclave.codereview({ diff, models }, { signal }),
  'a review by one model': (conclave, signal) => conclave.codereview({ diff, model: 'one/m' }, { signal }),
};

for (const [name, run] of Object.entries(works)) {
  test(`${name} that is cancelled throws a ConclaveError, and its row says so`, async (t) => {
    const stop = new AbortController();
    const say = async () => {
      stop.abort();
      return await new Promise<never>(() => undefined);
    };
    const { conclave, home } = await panelOf(t, [
      { name: 'one', say },
      { name: 'two', say },
    ]);
    await assert.rejects(run(conclave, stop.signal), { name: 'ConclaveError', code: 'cancelled' });
    await conclave.close();
    const app = await createApp({ env: { CONCLAVE_HOME: home }, cwd: home, config: {}, offline: true });
    t.after(() => app.close());
    const rows = await app.ledger.recent({ limit: 10 });
    assert.ok(rows.length > 0);
    assert.deepEqual(
      [...new Set(rows.map(({ state, errorCode }) => `${state} ${errorCode}`))],
      ['cancelled cancelled'],
    );
  });
}
