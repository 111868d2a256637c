import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';

test('replay counts a wordy model as wordy: its answers cost more than those that it would replace', async (t) => {
  const lengths: Readonly<Record<string, number>> = { wordy: 1_000, terse: 100 };
  const lab = await startAnsweringProvider(
    t,
    () => 'Well.',
    (model) => lengths[model] ?? 0,
  );
  const provider = { dialect: 'openai-chat' as const, baseUrl: lab.url, apiKey: 'k' };
  const described = { tier: 'workhorse' as const, price: { input: 1, output: 1 } };
  const gateway = await startTestGateway(t, {
    config: {
      providers: { first: provider, second: provider },
      models: [
        { ...described, id: 'first/wordy', family: 'wordy' },
        { ...described, id: 'second/terse', family: 'terse' },
      ],
    },
  });
  const times = 20;
  for (const model of ['first/wordy', 'second/terse']) {
    for (let n = 0; n < times; n += 1) {
      const messages = [{ role: 'user', content: `Tell me about ${model} and river ${n}.` }];
      const reply = await post(gateway, '/v1/chat/completions', { model, messages });
      assert.equal(reply.status, 200, await reply.text());
    }
  }
  const { whatIf } = gateway.app.router;
  /** Nano-dollars of one call whose answer has this many tokens. */
  const each = (tokens: number) => (1_000 + tokens) * 1_000;
  const costWithout = async (seller: string) => {
    const { calls, before, after } = await whatIf.replay({ without: [seller] });
    assert.deepEqual([calls, before.totalNanoUsd], [2 * times, times * (each(1_000) + each(100))]);
    return after.totalNanoUsd.value;
  };
  const terseAlone = 2 * times * each(100);
  const wordyAlone = 2 * times * each(1_000);
  const [withoutFirst, withoutSecond] = [await costWithout('first'), await costWithout('second')];
  // Few answers of each were seen, so the lengths are not quite as far apart as they are.
  assert.ok(withoutFirst >= terseAlone && withoutFirst < terseAlone * 1.2, `${withoutFirst / terseAlone}`);
  assert.ok(withoutSecond <= wordyAlone && withoutSecond > wordyAlone * 0.8, `${withoutSecond / wordyAlone}`);
});
