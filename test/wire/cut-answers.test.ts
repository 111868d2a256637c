import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { startAnsweringProvider, type Says } from '../providers/answering-provider.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A model without a known limit of its own, and one that writes no more than tools ask for. */
async function labOf(t: TestContext, says: Says) {
  const lab = await startAnsweringProvider(t, says);
  const conclave = await createConclave({
    home: tempFolder(t),
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'key' } },
      models: [
        { id: 'lab/long', tier: 'workhorse', maxOutputTokens: 100_000, price: { input: 1, output: 1 } },
        { id: 'lab/short', tier: 'workhorse', maxOutputTokens: 12_000, price: { input: 1, output: 1 } },
      ],
    },
  });
  t.after(() => conclave.close());
  return { lab, conclave };
}

const words = (count: number) => 'word '.repeat(count - 1) + 'end';

test('an answer cut by our own limit is retried once with more room, and both attempts are charged', async (t) => {
  const { lab, conclave } = await labOf(t, () => words(20_000));
  const { text, warnings, cost_nano_usd } = await conclave.challenge({
    prompt: 'Tell it all',
    model: 'lab/long',
  });
  assert.equal(text, words(20_000));
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    lab.asked.map((body) => body.max_completion_tokens ?? body.max_tokens),
    [12_000, 48_000],
  );
  assert.equal(cost_nano_usd, 2 * 1_100_000);
});

test('if the model cannot write more, the cut is reported in the warnings and below the text', async (t) => {
  const { lab, conclave } = await labOf(t, () => words(20_000));
  const { warnings } = await conclave.challenge({ prompt: 'Tell it all', model: 'lab/short' });
  assert.match(
    warnings.join(),
    /the answer of lab\/short was cut at its limit of 12000 tokens: its end is missing/,
  );
  assert.equal(lab.asked.length, 1);
  const plain = await conclave.chat({ prompt: 'Tell it all', model: 'lab/short', maxOutputTokens: 10 });
  assert.match(plain.warnings?.join() ?? '', /lab\/short was cut at its limit of 10 tokens/);
});

test('if the longer answer would exceed a ceiling, the cut one is kept, with the warning', async (t) => {
  const { lab, conclave } = await labOf(t, () => words(20_000));
  const asked = { prompt: 'Tell it all', model: 'lab/long', max_cost_usd: 0.02 };
  const { warnings } = await conclave.challenge(asked);
  assert.match(warnings.join(), /cut at its limit of 12000 tokens/);
  assert.equal(lab.asked.length, 1);
});

test('a list or review with truncated JSON reports what is missing instead of repairing it silently', async (t) => {
  const issues = (count: number) =>
    JSON.stringify({
      issues: Array.from({ length: count }, (_, at) => ({
        file: 'a.ts',
        startLine: at + 1,
        severity: 'high',
        title: `Loop ${at} ends in nothing`,
        explanation: 'because '.repeat(60),
      })),
    });
  const { conclave } = await labOf(t, () => issues(400));
  const diff = `--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1,400 @@\n${'+let a;\n'.repeat(400)}`;
  const review = await conclave.codereview({ diff, model: 'lab/short' });
  assert.match(review.warnings.join('\n'), /the last issue may be incomplete, and later ones are missing/);
  assert.match(review.warnings.join('\n'), /the answer of lab\/short was cut at its limit of 12000 tokens/);
  assert.doesNotMatch(review.warnings.join('\n'), /repaired/);
  assert.equal(review.complete, false, 'what it would have gone on to say may have been the worst');

  const plan = JSON.stringify({ summary: 'Well.', hotspots: [] }).replace(
    '[]',
    `[${`{"file":"a.ts","lines":[1,2],"why":"${'long '.repeat(100)}"}, `.repeat(200)}`,
  );
  const cut = await labOf(t, () => plan);
  const listed = await cut.conclave.analyze({ prompt: 'Where is it hot?', model: 'lab/short' });
  assert.match(listed.warnings.join('\n'), /cut in the middle of its JSON: the last of the hotspots/);
});
