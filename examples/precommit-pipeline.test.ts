import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createConclave } from '../src/index.ts';
import { tempFolder } from '../test/support/temp-folder.ts';
import { bill, criticalPartOf, reviewBeforeCommit } from './precommit-pipeline.ts';

/** The defects that the simulated reviewers can find. */
const defect = 'db.query("SELECT * FROM users WHERE id = " + request.query.id);';

test('a clean change is reviewed once, by the cheap model', async (t) => {
  const pal = await simulated(t);
  const stages = await reviewBeforeCommit(pal, added('src/one.js', 'export const one = 1;'));
  assert.deepEqual(
    stages.map(({ name }) => name),
    ['precommit'],
  );
  assert.match(stages[0]?.models.join() ?? '', /haiku/);
});

test('a suspicious change is reviewed by a stronger model, and a critical path by three families, for less than all-frontier', async (t) => {
  const pal = await simulated(t);
  const diff = added('src/auth/login.js', defect) + added('src/page.js', 'eval(location.hash);');
  const stages = await reviewBeforeCommit(pal, diff, [
    { path: 'policy', text: 'Queries are parameterised.' },
  ]);
  assert.deepEqual(
    stages.map(({ name }) => name),
    ['precommit', 'codereview', 'consensus'],
  );
  const [quick, , panel] = stages;
  assert.ok(quick && quick.issues.some(({ category }) => category === 'security'));
  assert.equal(panel?.models.length, 3);
  for (const issue of panel?.issues ?? []) {
    assert.equal(issue.file, 'src/auth/login.js');
    assert.ok(issue.reportedBy.length >= 2);
  }
  assert.ok(stages.every(({ costNanoUsd }) => (costNanoUsd ?? 0) > 0));
  assert.ok((quick.costNanoUsd ?? 0) < (quick.frontierNanoUsd ?? 0));
  assert.match(
    bill(stages),
    /consensus.*\$0\.\d+.*\ntogether \$0\.\d+; everything on the best frontier model: \$0\.\d+$/,
  );
});

test('a panel that is not configured keeps the findings of the earlier stages', async (t) => {
  const models = ['haiku', 'sonnet'].map((id) => ({ id, maxContext: 200_000, costPerMToken: 1 }));
  const issues = [{ file: 'src/auth/a.js', line: 1, severity: 'critical', title: 'Injection' }];
  const text = JSON.stringify({ issues });
  const pal = await createConclave({
    home: tempFolder(t),
    cwd: tempFolder(t),
    providers: [
      {
        name: 'lab',
        models,
        chat: () => Promise.resolve({ text }),
        async *stream() {
          yield { type: 'text', text };
        },
        getModelInfo: (model) =>
          models.find(({ id }) => id === model) ?? { id: model, maxContext: 1, costPerMToken: 1 },
        estimateCost: () => 0,
      },
    ],
  });
  t.after(() => pal.close());
  const stages = await reviewBeforeCommit(pal, added('src/auth/a.js', defect));
  assert.deepEqual(
    stages.map(({ name, issues: found }) => [name, found.length]),
    [
      ['precommit', 1],
      ['codereview', 1],
      ['consensus', 0],
    ],
  );
  assert.match(bill(stages), /consensus.*None of these models is configured\. anthropic/);
});

test('the ledger agrees with the bill', async (t) => {
  const pal = await simulated(t);
  const stages = await reviewBeforeCommit(pal, added('src/billing/sum.js', defect));
  const spent = stages.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0);
  assert.equal((await pal.costs({})).totalNanoUsd, spent);
});

test('only files on critical paths go to the panel', () => {
  const diff =
    added('src/auth/login.js', 'a') + added('src/page.js', 'b') + added('db/migrations/1.sql', 'c');
  assert.equal(criticalPartOf(diff), added('src/auth/login.js', 'a') + added('db/migrations/1.sql', 'c'));
});

async function simulated(t: TestContext) {
  const pal = await createConclave({ simulate: true, home: tempFolder(t), cwd: tempFolder(t) });
  t.after(() => pal.close());
  return pal;
}

function added(file: string, line: string): string {
  return `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+${line}\n`;
}
