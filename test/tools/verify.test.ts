import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../src/index.ts';
import { gitRepository } from '../support/git-repository.ts';
import { panelOf, type Panelist } from '../support/panelists.ts';

const verdicts = (...list: [verdict: string, correction?: string][]) =>
  JSON.stringify({
    verdicts: list.map(([verdict, correction = ''], index) => ({
      claim: index + 1,
      verdict,
      reason: 'looked up',
      correction,
    })),
  });

/** Answers questions with `answer`, extracts `claims` from answers, and judges claims with `judged`. */
const model = (name: string, answer: string, claims: readonly string[], judged: string): Panelist => ({
  name,
  model: name,
  say(heard) {
    if (heard.includes('takes a text apart')) return JSON.stringify({ claims });
    return heard.includes('without knowing who made them') ? judged : answer;
  },
});

const claims = ['Port 5432 is PostgreSQL', 'Port 3307 is MySQL'];

const rejects = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof ConclaveError && error.code === code && message.test(error.message);

test('each claim of an answer is checked by another family, which sees neither prompt nor reasoning', async (t) => {
  const judged = verdicts(['supported'], ['refuted', 'MySQL listens on 3306']);
  const { conclave, heard } = await panelOf(t, [
    model('author', 'PostgreSQL is 5432, MySQL 3307.', claims, verdicts(['supported'], ['supported'])),
    model('other', '?', claims, judged),
  ]);
  const prompt = 'SECRET-QUESTION: which ports?';
  const {
    text,
    verification,
    cost_nano_usd: cost,
  } = await conclave.thinkdeep({
    prompt,
    model: 'author/author',
    verify: true,
  });
  assert.equal(text, 'PostgreSQL is 5432, MySQL 3307.');
  assert.equal(verification?.['verified'], false);
  assert.equal(verification?.['checker'], 'other/other');
  assert.deepEqual(verification?.['disputed'], [
    {
      claim: 'Port 3307 is MySQL',
      author: { models: ['author/author'], says: 'Port 3307 is MySQL' },
      checker: { model: 'other/other', says: 'MySQL listens on 3306', reason: 'looked up' },
    },
  ]);
  const checks = heard.filter((one) => one.text !== heard[0]?.text);
  assert.ok(checks.every(({ who }) => who === 'other'));
  assert.ok(checks.every((one) => !one.text.includes('SECRET-QUESTION')));
  assert.ok(!checks.at(-1)?.text.includes('MySQL 3307.'), 'the checker sees claims, not the answer');
  // Three calls of 1,500 tokens at ten dollars per million.
  assert.equal(cost, 45_000_000);
});

test('a given answer is verified claim by claim, and never by its author', async (t) => {
  const { conclave, heard } = await panelOf(t, [
    model('one', '?', claims, verdicts(['refuted'])),
    model('two', '?', claims, verdicts(['supported'])),
  ]);
  const result = await conclave.verify({ text: 'x', claims: ['2 + 2 = 4'], author: 'one/one' });
  assert.equal(result.verified, true);
  assert.deepEqual(
    heard.map(({ who }) => who),
    ['two'],
  );
  await assert.rejects(
    conclave.verify({ text: 'x', claims: ['2 + 2 = 4'], author: 'one/one', model: 'one/one' }),
    rejects('invalid_request', /a family does not check its own answers/),
  );
  const unknown = await conclave.verify({ text: 'x', claims: ['2 + 2 = 4'] });
  assert.match(unknown.warnings.join(), /the author of the answer is unknown/);
});

test('the last answer of a thread is verified by naming the thread, which then includes the verdicts', async (t) => {
  const judged = verdicts(['supported'], ['refuted', 'MySQL listens on 3306']);
  const { conclave, heard } = await panelOf(t, [
    model('author', 'PostgreSQL is 5432, MySQL 3307.', claims, verdicts(['supported'], ['supported'])),
    model('other', '?', claims, judged),
  ]);
  const { continuation_id } = await conclave.thinkdeep({
    prompt: 'SECRET-QUESTION: which ports?',
    model: 'author/author',
  });
  const verified = await conclave.verify({ continuation_id });
  assert.deepEqual([verified.checker, verified.continuation_id], ['other/other', continuation_id]);
  assert.deepEqual(
    verified.disputed.map(({ claim }) => claim),
    ['Port 3307 is MySQL'],
  );
  assert.ok(
    heard.filter(({ text }) => text.includes('SECRET-QUESTION')).length === 1,
    'the checker does not see the question',
  );
  await conclave.thinkdeep({ prompt: 'So which?', model: 'author/author', continuation_id });
  assert.match(heard.at(-1)?.text ?? '', /MySQL listens on 3306/);
  await assert.rejects(
    conclave.verify({}),
    rejects('invalid_request', /"text", "claims", or the "continuation_id" of a thread/),
  );
});

test('an answer that was verified already has one author: who checked it did not write it', async (t) => {
  const checking = verdicts(['supported'], ['supported']);
  const { conclave } = await panelOf(t, [
    model('author', 'PostgreSQL is 5432, MySQL 3307.', claims, checking),
    model('other', '?', claims, checking),
  ]);
  const { continuation_id } = await conclave.thinkdeep({ prompt: 'x', model: 'author/author', verify: true });
  const again = await conclave.verify({ continuation_id });
  assert.equal(again.checker, 'other/other');
  assert.match(again.text, /claimed by author\/author\./);
  assert.deepEqual(again.warnings, []);
});

test("a panel's answer is verified by a family that had no part in it, and its author is who wrote the text", async (t) => {
  const checking = verdicts(['supported'], ['supported']);
  const seat = (name: string, answer: string) => model(name, answer, claims, checking);
  const vote = JSON.stringify({ option: 'yes', reason: '' });
  const answer = JSON.stringify({ answer: 'Keep it.', claims: ['Keep it.'] });
  const checksOnly = seat('down', '');
  const isDown: Panelist = {
    ...checksOnly,
    say: async (heard, signal) => (await checksOnly.say(heard, signal)) || Promise.reject(new Error('down')),
  };
  const { conclave } = await panelOf(t, [
    seat('one', vote),
    seat('two', vote),
    seat('alone', answer),
    isDown,
    seat('other', 'From another.'),
  ]);
  const voted = await conclave.consensus({ prompt: 'Ship?', mode: 'vote', models: ['one/one', 'two/two'] });
  const checked = await conclave.verify({ continuation_id: voted.continuation_id });
  assert.doesNotMatch(checked.checker ?? 'one/one', /^(?:one|two)\//);
  assert.match(checked.text, /claimed by one\/one, two\/two/);
  await assert.rejects(
    conclave.verify({ continuation_id: voted.continuation_id, author: 'two/two', model: 'two/two' }),
    rejects('invalid_request', /does not check its own answers/),
  );

  const { text, continuation_id } = await conclave.consensus({
    prompt: 'Keep it?',
    mode: 'answer',
    models: ['alone/alone', 'down/down'],
    model: 'down/down',
  });
  assert.equal(text, 'Keep it.');
  const single = await conclave.verify({ continuation_id });
  assert.notEqual(single.checker, 'alone/alone');
  assert.match(single.text, /claimed by alone\/alone\./);
});

test('a claim that a checker skips or answers otherwise is unsure', async (t) => {
  const { conclave } = await panelOf(t, [
    model('one', '?', claims, ''),
    model('two', '?', claims, verdicts(['perhaps'])),
  ]);
  const { claims: judged, verified, disputed } = await conclave.verify({ text: 'x', author: 'one' });
  assert.deepEqual(
    judged.map(({ verdict }) => verdict),
    ['unsure', 'unsure'],
  );
  assert.deepEqual([verified, disputed], [false, []]);
});

test('claims whose verdicts cannot be read are unsure', async (t) => {
  const { conclave, heard } = await panelOf(t, [
    model('one', '?', claims, ''),
    model('two', '?', claims, 'They look right to me.'),
  ]);
  const { claims: judged, verified } = await conclave.verify({ text: 'x', author: 'one' });
  assert.deepEqual(
    judged.map(({ claim, verdict }) => [claim, verdict]),
    claims.map((claim) => [claim, 'unsure']),
  );
  assert.equal(verified, false);
  assert.equal(heard.length, 3, 'the checker is asked once more');
});

test('an answer without claims is not sent to a checker', async (t) => {
  const { conclave, heard } = await panelOf(t, [model('one', '?', [], ''), model('two', '?', [], '')]);
  const result = await conclave.verify({ text: 'Hello! How are you?', author: 'one' });
  assert.deepEqual([result.verified, result.claims, result.checker], [false, [], undefined]);
  assert.match(result.text, /makes no claim that could be checked/);
  assert.equal(heard.length, 1);
});

test('a verification stays within the ceiling that its caller gives', async (t) => {
  const { conclave, heard } = await panelOf(t, [
    model('one', '?', claims, ''),
    model('two', '?', claims, verdicts(['supported'], ['supported'])),
  ]);
  for (const given of [{ claims }, { text: 'x' }])
    await assert.rejects(
      conclave.verify({ ...given, author: 'one', max_cost_usd: 0.001 }),
      rejects('no_candidate', /\$0\.001/),
    );
  assert.deepEqual(heard, []);
});

test('with verification, a step that asks no model is not checked either', async (t) => {
  const { conclave, heard } = await panelOf(t, [
    model('one', '?', claims, ''),
    model('two', '?', claims, ''),
  ]);
  const step = {
    prompt: 'x',
    step: 'Read the loop',
    step_number: 1,
    total_steps: 2,
    next_step_required: true,
  };
  const { verification } = await conclave.planner({ ...step, verify: true });
  assert.equal(verification, undefined);
  assert.deepEqual(heard, []);
});

test('claims alone are verified as they were given', async (t) => {
  const { conclave, heard } = await panelOf(t, [
    model('one', '?', [], ''),
    model('two', '?', [], verdicts(['Supported'], ['REFUTED'])),
  ]);
  const { claims: judged, disputed } = await conclave.verify({ claims, author: 'one' });
  assert.deepEqual(
    judged.map(({ claim, verdict }) => [claim, verdict]),
    [
      [claims[0], 'supported'],
      [claims[1], 'refuted'],
    ],
  );
  const [checker] = disputed.map((one) => one['checker']);
  assert.deepEqual(checker, { model: 'two/two', says: 'looked up', reason: 'looked up' });
  assert.equal(heard.length, 1);
});

test('claims beyond the twelfth are unsure: they were not checked', async (t) => {
  const many = Array.from({ length: 20 }, (_, index) => `Claim ${index + 1}`);
  const supported = verdicts(...many.slice(0, 12).map((): [string] => ['supported']));
  const { conclave } = await panelOf(t, [
    model('one', 'A long answer.', many, ''),
    model('two', '?', many, supported),
  ]);
  const { claims: judged, verified, warnings } = await conclave.verify({ text: 'x', author: 'one' });
  assert.equal(verified, false);
  assert.deepEqual(
    judged.map(({ claim }) => claim),
    many,
  );
  assert.deepEqual(
    judged.map(({ verdict }) => verdict),
    many.map((_, index) => (index < 12 ? 'supported' : 'unsure')),
  );
  assert.match(warnings.join(), /8 of 20 claims were not checked/);
  const answered = await conclave.chat({ model: 'one/one', prompt: 'x', verify: true });
  assert.equal(answered.verification?.verified, false);
  assert.match(answered.verification?.warnings.join() ?? '', /8 of 20 claims were not checked/);
});

test('an answer whose claims cannot be extracted is judged as one claim, and what is too long is not checked', async (t) => {
  const checker: Panelist = {
    name: 'two',
    model: 'two',
    say: (heard) => (heard.includes('takes a text apart') ? 'I cannot.' : verdicts(['supported'])),
  };
  const { conclave } = await panelOf(t, [model('one', '?', [], ''), checker]);
  const short = await conclave.verify({ text: 'x', author: 'one' });
  assert.deepEqual([short.verified, short.claims.length], [true, 1]);
  assert.match(short.warnings.join(), /judged as one claim\./);
  const long = await conclave.verify({ text: 'x'.repeat(5_000), author: 'one' });
  assert.deepEqual(
    [long.verified, long.claims.map(({ verdict }) => verdict)],
    [false, ['supported', 'unsure']],
  );
  assert.match(long.warnings.join(), /without its last 1000 characters/);
});

test('without another family the answer has a warning, and a direct call is an error', async (t) => {
  const { conclave } = await panelOf(t, [model('only', 'So it is.', claims, verdicts(['supported']))]);
  const { text, warnings, verification } = await conclave.planner({ prompt: 'x', verify: true });
  assert.notEqual(text, '');
  assert.equal(verification, undefined);
  assert.match(
    warnings.join(),
    /could not be verified: no_candidate: .*a family other than only is required/,
  );
  await assert.rejects(
    conclave.verify({ text: 'x', author: 'only' }),
    rejects('no_candidate', /a family other than only is required/),
  );
});

test('issues of a review are verified against the code', async (t) => {
  const diff = '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-const a = 1;\n+const a = eval(input);\n';
  const found = {
    summary: 'One.',
    issues: [
      {
        file: 'src/a.ts',
        startLine: 1,
        severity: 'high',
        category: 'security',
        title: 'Code from input',
        explanation: 'eval runs what a user sends.',
        confidence: 1,
      },
    ],
  };
  const { conclave, heard } = await panelOf(t, [
    model('author', JSON.stringify(found), [], ''),
    model('other', '?', [], verdicts(['supported'])),
  ]);
  const { verification } = await conclave.codereview({ diff, model: 'author/author', verify: true });
  assert.equal(verification?.['verified'], true);
  const check = heard.find(({ who }) => who === 'other')?.text ?? '';
  assert.match(check, /src\/a\.ts:1 Code from input/);
  assert.match(check, /eval\(input\)/);
});

test('that a review found nothing is verified against the code, given as a diff or as a range', async (t) => {
  const { folder, write, commit } = gitRepository(t);
  write({ 'a.ts': 'export const a = 1;\n' });
  commit();
  write({ 'a.ts': 'export const a = MARKER;\n' });
  commit();
  const nothing = JSON.stringify({ summary: 'No issues.', issues: [] });
  const { conclave, heard } = await panelOf(
    t,
    [
      model('author', nothing, [], ''),
      model('other', '?', ['There are no issues.'], verdicts(['supported'])),
    ],
    folder,
  );
  const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-export const a = 1;\n+export const a = MARKER;\n';
  for (const code of [{ diff }, { range: 'HEAD~1..HEAD' }]) {
    const { verification } = await conclave.codereview({ ...code, model: 'author/author', verify: true });
    assert.equal(verification?.['verified'], true);
    assert.equal(heard.at(-1)?.who, 'other');
    assert.match(heard.at(-1)?.text ?? '', /\+export const a = MARKER;/);
  }
});

test("a panel's answer can be verified although all families were on it, but not by the one that wrote the text", async (t) => {
  const seat = (name: string) => {
    const answer = JSON.stringify({ answer: `Keep ${name}.`, claims: [`Keep ${name}.`] });
    return model(name, answer, claims, verdicts(['supported'], ['supported']));
  };
  const { conclave } = await panelOf(t, [seat('one'), seat('two')]);
  const asked = { prompt: 'Keep it?', mode: 'answer' as const, models: ['one/one', 'two/two'] };
  const { continuation_id } = await conclave.consensus({ ...asked, model: 'one/one' });
  await assert.rejects(
    conclave.verify({ continuation_id, model: 'one/one' }),
    rejects('invalid_request', /does not check its own answers/),
  );
  const checked = await conclave.verify({ continuation_id });
  assert.equal(checked.checker, 'two/two');
  assert.match(checked.warnings.join(), /may be of a family that took part in the answer \(two\)/);
  const { verification } = await conclave.consensus({ ...asked, model: 'two/two', verify: true });
  assert.equal(verification?.['checker'], 'one/one');
  assert.match(
    JSON.stringify(verification?.['warnings']),
    /may be of a family that took part in the answer \(one\)/,
  );
});
