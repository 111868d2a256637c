import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { countInTurns, exactCounter } from './count-tokens.ts';

const items = Array.from({ length: 500 }, (_, index) => ({
  id: index * 7_919,
  name: `item_${index}`,
  paid: index % 3 === 0,
  tags: ['a', 'b'],
}));

/** Each is a single run without blanks. */
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
  test(`counts ${what} without blanks as the tokenizer does`, async () => {
    const count = await exactCounter();
    const [counted, whole] = [count(text), countTokens(text)];
    assert.ok(!text.includes(' '));
    assert.ok(
      counted >= whole && counted <= whole * 1.03,
      `${counted}, and the tokenizer says ${whole}, of ${Buffer.byteLength(text)} bytes`,
    );
  });
}

test('any text of a single piece is counted in time linear in its length', async () => {
  const count = await exactCounter();
  // In quadratic time each would take ten minutes or more.
  for (const unit of ['a', '=', ' ', '\n', '\n/', 'ん', '🜁', 'e\u0301', '\u0301.'])
    assert.ok(count(`.${unit.repeat(1_000_000 / unit.length)}`) > 1_000, JSON.stringify(unit));
});

const random = seededRandom(11);

function drawn(length: number, from: () => number): string {
  let text = '';
  while (text.length < length) text += String.fromCodePoint(from());
  return text;
}

const below = (most: number) => Math.floor(random() * most);

/** No piece occurs twice, so that caching one does not help with the next. */
const atRandom: Readonly<Record<string, (length: number) => string>> = {
  Base64: (length) =>
    Buffer.from(
      drawn(length * 0.75, () => below(128)),
      'latin1',
    ).toString('base64'),
  'letters of both cases': (length) => drawn(length, () => (random() < 0.5 ? 65 : 97) + below(26)),
  'Chinese characters': (length) => drawn(length, () => 0x4e00 + below(20_000)),
  marks: (length) => drawn(length, () => 33 + below(14)),
};

for (const [what, make] of Object.entries(atRandom)) {
  test(`two megabytes of random ${what} are counted within a few percent, without blocking the event loop`, async () => {
    const text = make(2_000_000);
    const part = text.slice(0, 20_000);
    // Loading the tokenizer is not part of the measurement.
    const rate = (await countInTurns(part)) / part.length;
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    const before = process.cpuUsage();
    const counted = await countInTurns(text);
    const cpuMs = process.cpuUsage(before).user / 1_000;
    clearInterval(others);
    const off = Math.abs(counted / (rate * text.length) - 1);
    assert.ok(off < 0.05, `${counted} is ${off} off`);
    assert.ok(turns >= 3, `${turns} turns`);
    // A full count takes 12 to 40 s.
    assert.ok(cpuMs < 5_000, `${cpuMs} ms`);
  });
}

test('for a text that is half prose and half noise, both halves are counted', async () => {
  const prose = 'The committee will meet again on Thursday, and nobody knows why. '.repeat(15_000);
  const noise = atRandom['Base64']?.(prose.length) ?? '';
  const [one, other] = [await countInTurns(prose), await countInTurns(noise)];
  const both = await countInTurns(prose + noise);
  assert.ok(Math.abs(both / (one + other) - 1) < 0.1, `${both} of ${one} and ${other}`);
});

test('ordinary text is counted completely, to within a word per slice', async () => {
  const text = 'The committee will meet again on Thursday, and nobody knows why. '.repeat(1_400);
  const whole = countTokens(text);
  const counted = await countInTurns(text);
  assert.ok(counted >= whole && counted <= whole * 1.001, `${counted}, and the tokenizer says ${whole}`);
  assert.equal((await exactCounter())(text), counted);
});

test('a spelled-out control token is text', async () => {
  const count = await exactCounter();
  assert.ok(count('<|endoftext|>') > 1);
});
