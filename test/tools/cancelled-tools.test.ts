import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { createConclave, type Conclave } from '../../src/index.ts';
import { rowText } from '../../src/surfaces/cli/commands/show.ts';
import { silence, startAnsweringProvider } from '../providers/answering-provider.ts';
import { panelOf } from '../support/panelists.ts';
import { tempFolder } from '../support/temp-folder.ts';

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

const issue = {
  file: 'x.js',
  line: 1,
  title: 'b is not defined',
  explanation: 'It is read before it is set.',
};

const panels: Readonly<
  Record<string, { answer: object; run: (conclave: Conclave, models: string[]) => Promise<Settled> }>
> = {
  'a vote': {
    answer: { option: 'x', reason: 'because' },
    run: (conclave, panel) =>
      conclave.consensus({ prompt: 'So?', mode: 'vote', options: ['x', 'y'], models: panel }),
  },
  'a review with a threshold': {
    answer: { issues: [issue], summary: 'One.' },
    run: (conclave, panel) => conclave.consensus({ diff, threshold: 2, models: panel }),
  },
};

type Settled = {
  readonly text: string;
  readonly cancelled: readonly string[];
  readonly warnings: readonly string[];
};

for (const [name, { answer, run }] of Object.entries(panels)) {
  test(`${name} that is settled without a member says so in the member's row, not that the caller is gone`, async (t) => {
    const { url } = await startAnsweringProvider(t, (model) =>
      model === 'slow' ? silence : JSON.stringify(answer),
    );
    const home = tempFolder(t);
    const conclave = await createConclave({
      home,
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: url, apiKey: 'k' } },
        models: ['one', 'two', 'slow'].map((id) => ({ id: `lab/${id}`, price: { input: 1, output: 1 } })),
      },
    });
    const result = await run(conclave, ['lab/one', 'lab/two', 'lab/slow']);
    await conclave.close();
    assert.deepEqual(result.cancelled, ['lab/slow']);
    const app = await createApp({ env: { CONCLAVE_HOME: home }, cwd: home, config: {}, offline: true });
    t.after(() => app.close());
    const row = (await app.ledger.recent({ limit: 10 })).find(({ state }) => state === 'cancelled');
    assert.ok(row);
    const settled = 'The panel was settled without this answer.';
    assert.deepEqual([row.errorCode, row.errorMessage], ['cancelled', settled]);
    const shown = rowText(row, { why: true });
    assert.ok(shown.includes(settled), shown);
    for (const told of [shown, result.text, ...result.warnings]) assert.doesNotMatch(told, /hung up/);
  });
}
