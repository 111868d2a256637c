import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { exactCounter } from './count-tokens.ts';

const items = Array.from({ length: 500 }, (_, index) => ({
  id: index * 7_919,
  name: `item_${index}`,
  paid: index % 3 === 0,
  tags: ['a', 'b'],
}));

/** Each is one run without a blank. */
const withoutBlanks: Readonly<Record<string, string>> = {
  'minified JSON': JSON.stringify(items),
  Japanese: '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。'.repeat(60),
  'Japanese without a stop': '何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している'.repeat(
    40,
  ),
  Chinese: '我们在公司里讨论了新的预算方案，大家都觉得这个计划可以执行。'.repeat(60),
  Thai: 'ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชียตะวันออกเฉียงใต้และมีกรุงเทพเป็นเมืองหลวง'.repeat(15),
  Base64: Buffer.from(withDigits(3_000)).toString('base64'),
};

function withDigits(length: number): string {
  return Array.from({ length }, (_, index) => String.fromCodePoint(33 + ((index * index) % 94))).join('');
}

for (const [what, text] of Object.entries(withoutBlanks)) {
  test(`${what} is counted as the tokenizer counts it, though no blank stands in it`, async () => {
    const count = await exactCounter();
    const [counted, whole] = [count(text), countTokens(text)];
    assert.ok(!text.includes(' '));
    assert.ok(
      counted >= whole && counted <= whole * 1.03,
      `${counted}, and the tokenizer says ${whole}, of ${Buffer.byteLength(text)} bytes`,
    );
  });
}

test('text of one piece, whatever it is made of, is counted in a time that grows with its length alone', async () => {
  const count = await exactCounter();
  // In quadratic time each takes ten minutes or more.
  for (const unit of ['a', '=', ' ', '\n', '\n/', 'ん', '🜁', 'e\u0301', '\u0301.'])
    assert.ok(count(`.${unit.repeat(1_000_000 / unit.length)}`) > 1_000, JSON.stringify(unit));
});

test('what spells a control token is text', async () => {
  const count = await exactCounter();
  assert.ok(count('<|endoftext|>') > 1);
});
