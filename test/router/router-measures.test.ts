import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { judgeAsking, leastShares } from '../../bench/router/asking.ts';
import { acceptedShare, calibrationError } from '../../bench/router/accepted-share.ts';
import { bootstrap, clusteredBootstrap, drawnMean } from '../../bench/router/bootstrap.ts';
import { foldsOf } from '../../bench/router/folds.ts';
import { priorsOf } from '../../bench/router/seen-answers.ts';
import { exact, targetsOf } from '../../bench/router/targets.ts';
import { elevenPoints, gapCurve } from '../../bench/router/gap-curve.ts';
import { readRows, refuseGaps, type RoutingRow } from '../../bench/router/read-rows.ts';
import { tempFolder } from '../support/temp-folder.ts';

const once = (rows: number) => new Uint16Array(rows).fill(1);

test('a perfect router closes the gap with the fewest strong calls; a constant one scores .5', () => {
  const weak = [1, 1, 0, 0, 1, 0, 1, 0];
  const strong = [1, 1, 1, 1, 1, 0, 1, 0];
  const gain = weak.map((score, row) => (strong[row] ?? 0) - score);
  const knowing = gapCurve({ scores: gain, weak, strong })(once(8));
  // Both useful calls come first: the curve rises to 1 over a quarter of the calls and stays there.
  assert.equal(knowing.apgr, 0.125 + 0.75);
  assert.equal(knowing.cpt50, 0.125);
  assert.equal(knowing.cpt80, 0.2);
  const constant = gapCurve({ scores: weak.map(() => 7), weak, strong })(once(8));
  assert.deepEqual(constant, { apgr: 0.5, cpt50: 0.5, cpt80: 0.8 });
});

test('eleven points give the same curve for a straight router, and miss bends between two points', () => {
  const rows = Array.from({ length: 100 }, (_, row) => row);
  const weak = rows.map(() => 0);
  const straight = elevenPoints({ scores: rows, weak, strong: rows.map(() => 1) });
  assert.ok(Math.abs(straight.apgr - 0.5) < 1e-9 && Math.abs(straight.cpt80 - 0.8) < 1e-9);
  // The strong model's whole gain is in the five rows that are sent first.
  const early = { scores: rows, weak, strong: rows.map((row) => Number(row >= 95)) };
  assert.equal(gapCurve(early)(once(100)).apgr.toFixed(3), '0.975');
  assert.equal(elevenPoints(early).apgr.toFixed(3), '0.950');
  assert.equal(elevenPoints(early).cpt50.toFixed(3), '0.050');
});

test('only the order of the scores matters', () => {
  const row = fc.record({
    score: fc.integer({ min: -5, max: 5 }),
    weak: fc.nat(1),
    strong: fc.nat(1),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
      const weak = rows.map((one) => one.weak);
      const strong = rows.map((one) => one.strong);
      fc.pre(weak.reduce((a, b) => a + b, 0) < strong.reduce((a, b) => a + b, 0));
      const curve = (of: (score: number) => number) =>
        gapCurve({ scores: rows.map(({ score }) => of(score)), weak, strong })(once(rows.length)).apgr;
      assert.equal(
        curve((score) => score),
        curve((score) => 3 * score + 1),
      );
    }),
  );
});

test('drawing a row twice equals having it twice', () => {
  const weak = [0, 1, 0];
  const strong = [1, 1, 0];
  const scores = [3, 2, 1];
  const twice = gapCurve({ scores: [3, 3, 2, 1], weak: [0, 0, 1, 0], strong: [1, 1, 1, 0] })(once(4));
  assert.deepEqual(gapCurve({ scores, weak, strong })(Uint16Array.of(2, 1, 1)), twice);
});

test('a draw with nothing to measure does not distort the interval', () => {
  const { low, high } = bootstrap(3, (draws) => ((draws[0] ?? 0) === 0 ? Number.NaN : 1));
  assert.deepEqual([low, high], [1, 1]);
});

test('the interval of a measure that chance alone raises contains its value', () => {
  const right = Array.from({ length: 200 }, (_, row) => Number((row * 7919) % 10 < 7));
  const gap = (draws: Uint16Array) => Math.abs(drawnMean(right, draws) - 0.7);
  const plain = bootstrap(right.length, gap);
  const moved = bootstrap(right.length, gap, { isBiased: true });
  assert.ok(plain.value < 1e-9 && plain.low >= 0 && plain.high > 0.05);
  assert.ok(moved.low <= moved.value && moved.value <= moved.high, JSON.stringify(moved));
});

test('an unreadable file is reported with its line and what to do', async (t) => {
  const folder = tempFolder(t);
  const write = (split: string, content: Buffer) =>
    writeFileSync(join(folder, `tiny.${split}.jsonl.gz`), content);
  write('empty', Buffer.alloc(0));
  write('nothing', gzipSync('\n\n'));
  write('cut', gzipSync(JSON.stringify({ id: 'a', prompt: 'b'.repeat(999), models: {} })).subarray(0, 40));
  write('plain', Buffer.from('{}'));
  write('words', gzipSync('{"id":"a","prompt":"b","models":{}}\n\nnot JSON\n'));
  const messages = {
    empty: /tiny\.empty\.jsonl\.gz (?:cannot be unpacked|has no rows).*data:routing/,
    nothing: /tiny\.nothing\.jsonl\.gz has no rows.*data:routing/,
    cut: /tiny\.cut\.jsonl\.gz cannot be unpacked \(unexpected end of file\)/,
    plain: /tiny\.plain\.jsonl\.gz cannot be unpacked \(incorrect header check\)/,
    words: /tiny\.words\.jsonl\.gz: line 3 is not JSON/,
  };
  for (const [split, message] of Object.entries(messages))
    await assert.rejects(readRows(folder, 'tiny', split), message);
});

test('a missing or non-numeric result is an error with file, line and model, never a wrong answer at no cost', async (t) => {
  const folder = tempFolder(t);
  const row = (models: object) => JSON.stringify({ id: 'a', prompt: 'b', models });
  const whole = { big: { score: 1, cost: 0.5 }, small: { correct: 0, cost: 0.1 }, unpriced: { score: 0.5 } };
  const write = (split: string, ...models: readonly object[]) =>
    writeFileSync(join(folder, `tiny.${split}.jsonl.gz`), gzipSync(models.map(row).join('\n')));
  const { big, ...without } = whole;
  write('train', whole, whole);
  write('text', whole, { ...whole, big: { score: '1', cost: 0.5 } });
  write('nothing', whole, { ...whole, big: { cost: 0.5 } });
  write('free', whole, { ...whole, big: { score: 1, cost: '0.5' } });
  write('beyond', whole, { ...whole, big: { score: 1.5, cost: 0.5 } });
  write('missing', whole, without);
  write('unpaid', whole, { ...whole, big: { score: big.score } });
  write('good', { ...whole, newcomer: { score: 1 } });
  const refusal = (split: string) =>
    readRows(folder, 'tiny', split).then(async (rows) =>
      refuseGaps((await readRows(folder, 'tiny', 'train')) ?? [], rows ?? [], { folder, set: 'tiny', split }),
    );
  const messages = {
    text: /tiny\.text\.jsonl\.gz: line 2: model big: the score is "1", not a number from 0 to 1/,
    nothing: /line 2: model big: the score is undefined/,
    free: /line 2: model big: the cost is "0\.5", not a number of dollars/,
    beyond: /line 2: model big: the score is 1\.5/,
    missing: /tiny\.missing\.jsonl\.gz: line 2: model big has no result.*data:routing/,
    unpaid: /line 2: model big has no cost, but it has one in all rows of train/,
  };
  for (const [split, message] of Object.entries(messages))
    await assert.rejects(refusal(split), message, split);
  await refusal('good');
});

test('the interval of a mean is as wide as theory predicts, and the same every time', () => {
  const values = Array.from({ length: 400 }, (_, row) => row % 2);
  const measure = () => bootstrap(values.length, (draws) => drawnMean(values, draws));
  const { value, low, high } = measure();
  assert.equal(value, 0.5);
  assert.ok(Math.abs(high - low - 2 * 1.96 * Math.sqrt(0.25 / 400)) < 0.01);
  assert.deepEqual(measure(), { value, low, high });
});

test('answers to one question are one draw: forty copies do not make an interval narrower', () => {
  const rights = Array.from({ length: 400 }, (_, row) => row % 2);
  const single = bootstrap(rights.length, (draws) => drawnMean(rights, draws));
  const seen = rights.flatMap((right) => Array.from({ length: 40 }, () => right));
  const questions = seen.map((_, at) => `question ${Math.floor(at / 40)}`);
  const { value, low, high } = clusteredBootstrap(questions, (draws) => drawnMean(seen, draws));
  const close = (a: number, b: number) => Math.abs(a - b) < 1e-9;
  assert.ok(close(value, single.value) && close(low, single.low) && close(high, single.high));
});

test('the share of correct accepted answers has the interval of its questions, not of its answers', () => {
  // Each of 500 questions is answered by 30 models, all right or all wrong: nine in ten are right.
  const judged = Array.from({ length: 500 * 30 }, (_, at) => {
    const question = Math.floor(at / 30);
    return { question: `${question}`, chance: at % 2 === 0 ? 0.9 : 0.5, right: Number(question % 10 !== 0) };
  });
  const { accepted, right } = acceptedShare(judged, 0.8);
  assert.deepEqual([accepted, right.value], [0.5, 0.9]);
  // The theoretical value for 500 independent questions; for 7,500 independent answers it would be a quarter of that.
  assert.ok(Math.abs(right.high - right.low - 2 * 1.96 * Math.sqrt((0.9 * 0.1) / 500)) < 0.006);
  const error = calibrationError(judged);
  assert.ok(Math.abs(error.value - 0.2) < 1e-9 && error.low < 0.2 && error.high > 0.2);
});

test("a model's accuracy is counted where it was called: a missing result is not a wrong answer", () => {
  const row = (id: string, ...models: readonly string[]): RoutingRow => ({
    id,
    set: 'sums',
    prompt: id,
    group: 'sums',
    results: new Map(models.map((name) => [name, { score: 1 }])),
  });
  const priors = priorsOf([row('a', 'one'), row('b', 'one', 'two'), row('c', 'one')]);
  assert.deepEqual([priors.get('one'), priors.get('two')], [4 / 5, 2 / 3]);
});

test('each goal names its evaluation rows: small sets are cross-validated over train and dev, others held out', () => {
  const agreement = { judged: 652, coverage: exact(0.8), precision: exact(0.99), models: ['a', 'b', 'c'] };
  const rowsOf = (split: string) =>
    targetsOf({
      split,
      sets: { zeroeval_crux: { agreement, agreementOfFamilies: agreement } },
    }).map(({ judgedOn }) => judgedOn);
  const folded = '652 rows of train and dev, cross-validated';
  assert.deepEqual(rowsOf('dev'), [folded, folded]);
  assert.deepEqual(rowsOf('later'), ['652 rows of later', '652 rows of later']);
});

test('a question is never on both sides of a fold, whatever its choices and its spelling', () => {
  const prompts = Array.from({ length: 60 }, (_, row) => `Question ${row % 30}?\nA. ${row}\nB. no`);
  for (const { fit, judge } of foldsOf(prompts, 4)) {
    const stems = new Set(fit.map((row) => row % 30));
    assert.ok(judge.every((row) => !stems.has(row % 30)));
    assert.equal(fit.length + judge.length, prompts.length);
  }
});

test('reads the rows of a set, ignores unknown fields, and names an invalid line', async (t) => {
  const folder = tempFolder(t);
  const write = (name: string, lines: string[]) =>
    writeFileSync(join(folder, name), gzipSync(lines.join('\n')));
  write('tiny.train.jsonl.gz', [
    '{"id":"a","prompt":"p","category":"c","extra":1,"models":{"m":{"correct":1,"cost":0.5,"answer":"x","out_chars":9}}}',
    '',
    '{"id":"b","prompt":"q","task":"t","models":{"m":{"score":0.25,"answer":null}}}',
  ]);
  write('tiny.dev.jsonl.gz', ['{"id":"a"}']);
  const rows = await readRows(folder, 'tiny', 'train');
  assert.deepEqual(
    rows?.map(({ id, group, results }) => [id, group, results.get('m')]),
    [
      ['a', 'c', { score: 1, cost: 0.5, answer: 'x', answerChars: 9 }],
      ['b', 't', { score: 0.25 }],
    ],
  );
  assert.equal(await readRows(folder, 'other', 'train'), undefined);
  await assert.rejects(readRows(folder, 'tiny', 'dev'), /tiny\.dev\.jsonl\.gz: line 1 is not a row/);
});

test('two cheap models that agree save the expensive call, and hindsight never costs more', () => {
  // Each cheap model is wrong on its own tenth of the questions, the expensive one never.
  const rows = Array.from({ length: 100 }, (_, at): RoutingRow => {
    const result = (right: boolean, cost: number) => ({
      score: Number(right),
      cost,
      answer: right ? `right ${at}` : `wrong ${cost}`,
    });
    return {
      id: String(at),
      set: 'sums',
      prompt: `question ${at}`,
      group: 'sums',
      results: new Map([
        ['cheap', result(at % 10 !== 0, 1)],
        ['other', result(at % 10 !== 1, 2)],
        ['dear', result(true, 100)],
      ]),
    };
  });
  const folds = foldsOf(rows.map(({ prompt }) => prompt));
  const { bestSingle, sameAccuracy, withinOnePoint, atTenth, asked } = judgeAsking(rows, folds);
  assert.equal(bestSingle.model, 'dear');
  assert.equal(asked['cheap'], 1);
  assert.equal(asked['other'], 1);
  assert.equal(sameAccuracy.qualityDifference.value, 0);
  // Both cheap models always, the expensive one for a fifth.
  assert.equal(sameAccuracy.costRatio.value.toFixed(3), '0.230');
  assert.ok(withinOnePoint.costRatio.value <= sameAccuracy.costRatio.value);
  // A tenth is never exceeded by much: the limit was set on the fitting rows.
  assert.ok(atTenth.costRatio.value < 0.15 && atTenth.qualityDifference.value < 0);
  const { threeCalls } = leastShares(rows, folds);
  assert.ok(threeCalls <= sameAccuracy.costRatio.value + 1e-9);
});
