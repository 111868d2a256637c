import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ConclaveError } from '../../src/index.ts';
import { panelOf, type Panelist } from '../support/panelists.ts';

const saying = (answer: string, claims: readonly string[]) =>
  JSON.stringify({ answer, claims, confidence: 0.9 });

/** Answers panel questions with `claims`, and groups and summarises as a chair. */
const expert = (name: string, claims: readonly string[]): Panelist => ({
  name,
  say: (heard) => (heard.includes('one of several experts') ? saying(`${name} thinks so`, claims) : 'No.'),
});

/** Groups claims as given, and sums up. */
const chairThatGroups = (
  ...groups: { statement: string; supports: number[]; opposes: number[] }[]
): Panelist => ({
  name: 'chair',
  say: (heard) =>
    heard.includes('neutral secretary') ? JSON.stringify({ groups }) : 'In short: it depends.',
});

const chair = chairThatGroups();

/** The rows of the ledger, oldest first. */
function rows(home: string) {
  const database = new DatabaseSync(join(home, 'conclave.db'), { readOnly: true });
  const columns = 'id, trace_id, parent_id, reservation_id, requested_model, state, booked, held';
  const all = database
    .prepare(`SELECT ${columns} FROM calls ORDER BY started_at, parent_id IS NOT NULL`)
    .all();
  database.close();
  return all;
}

/** The recorded agreement of each model's vote. */
function scores(home: string) {
  const database = new DatabaseSync(join(home, 'conclave.db'), { readOnly: true });
  const all = database
    .prepare('SELECT calls.model, score FROM outcomes JOIN calls ON calls.id = call_id ORDER BY calls.model')
    .all();
  database.close();
  return all.map(({ model, score }) => ({ model, score }));
}

const rejects = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof ConclaveError && error.code === code && message.test(error.message);

test("a panel's answer reports what is agreed, what is disputed and on which fact, and which models dissent", async (t) => {
  const { conclave, heard } = await panelOf(t, [
    expert('one', ['The port of PostgreSQL is 5432', 'Indexes speed up reads of large tables']),
    expert('two', ['The port of PostgreSQL is 5432', 'Indexes speed up reads of large tables']),
    expert('three', ['The port of PostgreSQL is 5433', 'Vacuum runs every night in this shop']),
    chairThatGroups({ statement: 'The port of PostgreSQL', supports: [1], opposes: [3] }),
  ]);
  const { mode, text, agreement, agreed, disputed, dissent, single, models } = await conclave.consensus({
    prompt: 'How is the database set up?',
    models: ['one/m', 'two/m', 'three/m'],
  });
  assert.equal(mode, 'answer');
  assert.equal(text, 'In short: it depends.');
  assert.deepEqual(agreed, [{ claim: 'Indexes speed up reads of large tables', models: ['one/m', 'two/m'] }]);
  assert.equal(disputed?.length, 1);
  assert.equal(disputed?.[0]?.['on_fact'], true);
  assert.deepEqual(
    dissent?.map(({ model, claim }) => [model, claim]),
    [['three/m', 'The port of PostgreSQL is 5433']],
  );
  assert.deepEqual(
    single?.map(({ claim }) => claim),
    ['Vacuum runs every night in this shop'],
  );
  assert.equal(agreement, 2 / 6);
  assert.ok(models.includes('chair/m'), 'the chair is not on the panel');
  for (const { who, text: shown } of heard.filter((one) => one.who !== 'chair'))
    assert.doesNotMatch(shown, /thinks so/, `${who} was shown what another said`);
});

test('if words are not enough, a model joins claims about one point, and can only join', async (t) => {
  const secretary = (heard: string) =>
    heard.includes('neutral secretary')
      ? JSON.stringify({ groups: [{ statement: 'Whether to shard', supports: [1, 99], opposes: [2, 1] }] })
      : 'Summed up.';
  const { conclave } = await panelOf(t, [
    expert('one', ['Sharding pays off now']),
    expert('two', ['A single node will carry the load for years']),
    { name: 'chair', say: secretary },
  ]);
  const { disputed } = await conclave.consensus({ prompt: 'Shard?', models: ['one/m', 'two/m'] });
  assert.deepEqual(
    disputed?.map(({ claim }) => claim),
    ['Whether to shard'],
  );
});

const opposite = ['Postgres is faster than MySQL here.', 'MySQL is faster than Postgres here.'] as const;

test('opposite claims in like words are compared by a model, whose word decides', async (t) => {
  const { conclave } = await panelOf(t, [
    expert('one', [opposite[0]]),
    expert('two', [opposite[1]]),
    chairThatGroups({ statement: 'Postgres is faster', supports: [1], opposes: [2] }),
  ]);
  const result = await conclave.consensus({ prompt: 'Which is faster?', models: ['one/m', 'two/m'] });
  assert.deepEqual([result.agreement, result.agreed, result.complete], [0, [], true]);
  assert.equal(result.disputed?.length, 1);
  assert.equal(result.similar, undefined);
});

test('if no model can compare the claims, similar ones are shown as not compared, and the result is incomplete', async (t) => {
  const { conclave } = await panelOf(t, [
    expert('one', [opposite[0], 'Both are free.']),
    expert('two', [opposite[1], 'both are free']),
    { name: 'chair', say: () => Promise.reject(new Error('down')) },
  ]);
  const result = await conclave.consensus({ prompt: 'Which is faster?', models: ['one/m', 'two/m'] });
  assert.deepEqual(result.agreed, [{ claim: 'Both are free.', models: ['one/m', 'two/m'] }]);
  assert.deepEqual(result.disputed, []);
  assert.deepEqual(result.similar, [
    {
      claims: [
        { claim: opposite[0], models: ['one/m'] },
        { claim: opposite[1], models: ['two/m'] },
      ],
    },
  ]);
  assert.equal(result.complete, false);
  assert.match(
    result.text,
    /In similar words, not compared:\n- Postgres is faster than MySQL here\. \(one\/m\) \/ MySQL/,
  );
  assert.match(result.warnings.join(), /no model could group the claims; only equal ones were matched/);
});

test('a panel runs in parallel, spends from one reservation, and leaves one trace', async (t) => {
  let waiting = 0;
  const together = Promise.withResolvers<undefined>();
  const patient = (name: string): Panelist => ({
    name,
    async say(heard) {
      if (!heard.includes('one of several experts')) return 'Summed up.';
      waiting += 1;
      if (waiting === 3) together.resolve(undefined);
      await together.promise;
      return saying('yes', ['Indexes speed up reads of large tables']);
    },
  });
  const { conclave, home } = await panelOf(t, [patient('one'), patient('two'), patient('three'), chair]);
  const result = await conclave.consensus({ prompt: 'Is it?', models: ['one/m', 'two/m', 'three/m'] });
  const [parent, ...children] = rows(home);
  assert.equal(parent?.['id'], result.request_id);
  assert.equal(parent?.['requested_model'], '(children)');
  assert.equal(children.length, 4);
  for (const child of children) {
    assert.equal(child['parent_id'], parent?.['id']);
    assert.equal(child['reservation_id'], parent?.['id']);
    assert.equal(child['trace_id'], parent?.['trace_id']);
  }
  const spent = children.reduce((sum, child) => sum + Number(child['booked']), 0);
  assert.equal(result.cost_nano_usd, spent);
  assert.ok(rows(home).every(({ held }) => held === 0));
  const { calls, totalNanoUsd } = (await conclave.costs({})) as { calls: number; totalNanoUsd: number };
  assert.deepEqual([calls, totalNanoUsd], [4, spent], 'the parent row is not a separate call');
  const explained = await conclave.explain({ request_id: result.request_id ?? '' });
  assert.equal(explained.calls?.length, 4);
});

test('a vote stops when its result cannot change, cancels pending models, and reports the saving', async (t) => {
  const ballot = (option: string) => JSON.stringify({ option, reason: 'because', confidence: 1 });
  const cancelled = Promise.withResolvers<string>();
  const { conclave } = await panelOf(t, [
    { name: 'one', say: () => ballot('Postgres') },
    { name: 'two', say: () => ballot('Postgres') },
    {
      name: 'slow',
      say: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            cancelled.resolve('cancelled');
            reject(new Error('aborted'));
          });
        }),
    },
  ]);
  const vote = await conclave.consensus({
    prompt: 'Which?',
    mode: 'vote',
    options: ['Postgres', 'SQLite'],
    models: ['one/m', 'two/m', 'slow/m'],
  });
  assert.equal(await cancelled.promise, 'cancelled');
  assert.equal(vote.winner, 'Postgres');
  assert.equal(vote.majority, true);
  assert.deepEqual(vote.cancelled, ['slow/m']);
  assert.ok((vote.saved_nano_usd ?? 0) > 0);
  assert.deepEqual(vote.votes?.[0], { option: 'Postgres', voters: ['one/m', 'two/m'] });
});

test('a vote that a seat was told to cast says nothing about who is right', async (t) => {
  const voting = (name: string): Panelist => ({
    name,
    say: (heard) =>
      JSON.stringify({
        option: heard.includes('Argue against') || name === 'four' ? 'no' : 'yes',
        reason: '',
      }),
  });
  const { conclave, home } = await panelOf(t, ['one', 'two', 'three', 'four', 'five'].map(voting));
  const vote = async (...models: NonNullable<Parameters<typeof conclave.consensus>[0]['models']>) => {
    const { warnings } = await conclave.consensus({ prompt: 'Ship it?', mode: 'vote', models });
    assert.doesNotMatch(warnings.join(), /writes the summary/, 'votes are only counted');
  };
  const isFor = (model: string) => ({ model, stance: 'for' as const });
  await vote({ model: 'one/m', stance: 'against' }, isFor('two/m'), isFor('three/m'), 'five/m');
  assert.deepEqual(scores(home), [], 'one neutral vote agrees with nothing');
  await vote({ model: 'one/m', stance: 'against' }, 'two/m', 'three/m', 'four/m');
  assert.deepEqual(scores(home), [
    { model: 'four/m', score: 0 },
    { model: 'three/m', score: 1 },
    { model: 'two/m', score: 1 },
  ]);
});

test('a vote that the failed models could have turned has no majority and is not complete', async (t) => {
  const yes: Panelist = { name: 'yes', say: () => '{"option": "yes", "reason": ""}' };
  const too: Panelist = { ...yes, name: 'too' };
  const down = (name: string): Panelist => ({ name, say: () => Promise.reject(new Error('down')) });
  const { conclave } = await panelOf(t, [yes, too, down('one'), down('two')]);
  const vote = (models: string[]) => conclave.consensus({ prompt: 'Ship it?', mode: 'vote', models });

  const alone = await vote(['yes/m', 'one/m', 'two/m']);
  assert.deepEqual([alone.winner, alone.majority, alone.complete], ['yes', false, false]);
  assert.match(alone.text, /^yes leads with 1 of 3 votes, without a majority\./);
  assert.match(
    alone.warnings.join(),
    /2 of 3 models did not vote, and their votes could have changed the result/,
  );

  const absent = await vote(['yes/m', 'gpt-4o', 'claude-sonnet']);
  assert.deepEqual([absent.majority, absent.complete], [false, false], 'a model that is not configured');

  const carried = await vote(['yes/m', 'too/m', 'one/m']);
  assert.deepEqual([carried.winner, carried.majority, carried.complete], ['yes', true, true]);
  assert.match(carried.text, /^yes wins with 2 of 3 votes\./);
  assert.doesNotMatch(carried.warnings.join(), /did not vote/);
});

test('a panel that fails after it was paid says what it cost, and under which id', async (t) => {
  const { conclave, home } = await panelOf(t, [
    inProse('one', 'Both have their merits.'),
    inProse('two', 'It depends.'),
  ]);
  const vote = conclave.consensus({ prompt: 'Ship it?', mode: 'vote', models: ['one/m', 'two/m'] });
  const error = await vote.then(
    () => assert.fail('no vote could be read'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConclaveError);
  const [parent, ...calls] = rows(home);
  const booked = calls.reduce((sum, call) => sum + Number(call['booked']), 0);
  const [, usd, id] = /It had cost \$(\S+) by then: conclave show (\S+)\.$/.exec(error.message) ?? [];
  assert.deepEqual(
    [Number(usd), id, error.details.requestId],
    [booked / 1e9, parent?.['id'], parent?.['id']],
  );
  assert.ok(booked > 0);
});

test('a vote without a valid option is requested once more, and then counts as failed', async (t) => {
  let asked = 0;
  const { conclave } = await panelOf(t, [
    { name: 'one', say: () => '{"option": "SQLite", "reason": ""}' },
    {
      name: 'vague',
      say: () => {
        asked += 1;
        return 'Both have their merits.';
      },
    },
  ]);
  const vote = await conclave.consensus({
    prompt: 'Which?',
    mode: 'vote',
    options: ['Postgres', 'SQLite'],
    models: ['one/m', 'vague/m'],
  });
  assert.equal(asked, 2);
  assert.deepEqual([vote.winner, vote.majority, vote.complete], ['SQLite', false, false]);
  assert.match(vote.failed[0]?.error ?? '', /provider_invalid_reply: .*"Both have their merits\."/);
  assert.match(vote.warnings.join(), /1 of 2 models did not vote/);
});

test('a model that abstains is asked once, and is neither counted as failed nor for an option', async (t) => {
  const voter = (name: string, option: string) => ({
    name,
    say: () => JSON.stringify({ option, reason: '' }),
  });
  const { conclave, heard } = await panelOf(t, [
    voter('one', 'SQLite'),
    voter('two', 'SQLite'),
    voter('torn', ''),
  ]);
  const vote = await conclave.consensus({
    prompt: 'Which?',
    mode: 'vote',
    options: ['Postgres', 'SQLite'],
    models: ['torn/m', 'one/m', 'two/m'],
  });
  assert.deepEqual(
    heard.map(({ who }) => who).filter((who) => who === 'torn'),
    ['torn'],
  );
  assert.deepEqual([vote.winner, vote.majority, vote.failed], ['SQLite', true, []]);
  assert.match(vote.text, /Abstained: torn\/m\./);
});

const inProse = (name: string, answer: string): Panelist => ({ name, say: () => answer });
const down: Panelist = { name: 'down', say: () => Promise.reject(new Error('down')) };
const lockNeeded = 'Yes, the lock is needed.';
const lockUseless = 'No, drop the lock, it is useless.';

test('answers that contradict each other are no agreement, even in prose and without a summary', async (t) => {
  const { conclave } = await panelOf(t, [
    down,
    inProse('keep', lockNeeded),
    inProse('drop', lockUseless),
    inProse('long', `It depends. ${'One must look at every caller first. '.repeat(20)}`),
  ]);
  const ask = (models: string[], model: string) =>
    conclave.consensus({ prompt: 'Is this lock needed?', mode: 'answer', models, model });

  const apart = await ask(['down/m', 'keep/m', 'drop/m'], 'down/m');
  assert.deepEqual([apart.agreement, apart.complete], [0, false]);
  assert.match(apart.text, /0 % of the claims are made by more than half of the 3 models asked/);
  for (const said of [lockNeeded, lockUseless]) assert.ok(apart.text.includes(said), apart.text);
  assert.match(apart.warnings.join(), /keep\/m answered in prose twice, so its whole answer was compared/);

  const unread = await ask(['long/m', 'down/m', 'keep/m'], 'down/m');
  assert.deepEqual([unread.agreement, unread.complete], [0, false]);
  assert.match(unread.text, /It depends\. One must look at every caller first\./);
  assert.match(unread.warnings.join(), /2 of 3 models gave no answer that could be compared/);

  const nothing = await ask(['long/m', 'down/m'], 'down/m');
  assert.deepEqual([nothing.agreement, nothing.complete], [undefined, false]);
});

test('a refusal is no answer: it is listed as failed, and two of three make the result incomplete', async (t) => {
  const declined = "I'm sorry, but I can't help with that.";
  const { conclave } = await panelOf(t, [
    expert('one', ['Use a mutex.']),
    expert('two', ['Use a mutex.']),
    inProse('prose', declined),
    inProse('json', saying(declined, [])),
    inProse('german', saying('Dabei kann ich leider nicht helfen.', ['Dabei kann ich leider nicht helfen.'])),
    chair,
  ]);
  const ask = (...models: string[]) =>
    conclave.consensus({ prompt: 'Is the mutex right?', mode: 'answer', models, model: 'chair/m' });
  const carried = await ask('one/m', 'prose/m', 'two/m');
  assert.deepEqual([carried.agreement, carried.complete], [1, true]);
  assert.deepEqual(
    carried.failed.map(({ who, error }) => [who, error.split(':')[0]]),
    [['prose/m', 'content_filtered']],
  );
  for (const refusing of ['prose/m', 'german/m']) {
    const alone = await ask('one/m', refusing, 'json/m');
    assert.deepEqual([alone.agreed ?? [], alone.complete, alone.failed.length], [[], false, 2], refusing);
  }
  await assert.rejects(ask('json/m', 'prose/m'), /no model could answer.*declined to answer/);
});

test('if two models contradict each other and no third decides, both are named as dissent', async (t) => {
  const secretary: Panelist = {
    name: 'chair',
    say: (heard) =>
      heard.includes('neutral secretary')
        ? '{"groups": [{"statement": "Whether the lock is needed", "supports": [1], "opposes": [2]}]}'
        : 'They differ.',
  };
  const { conclave } = await panelOf(t, [
    down,
    inProse('keep', lockNeeded),
    inProse('drop', lockUseless),
    secretary,
  ]);
  const ask = (models: string[]) =>
    conclave.consensus({ prompt: 'Is this lock needed?', mode: 'answer', models, model: 'chair/m' });
  const { dissent, complete } = await ask(['down/m', 'keep/m', 'drop/m']);
  const against = 'Whether the lock is needed';
  assert.deepEqual(dissent, [
    { model: 'keep/m', claim: lockNeeded, against },
    { model: 'drop/m', claim: lockUseless, against },
  ]);
  assert.equal(complete, false, 'the third could have decided');
  assert.equal((await ask(['keep/m', 'drop/m'])).complete, true);
});

test('in a vote, models that voted otherwise are named as dissent', async (t) => {
  const votes = (name: string, option: string) => inProse(name, JSON.stringify({ option, reason: '' }));
  const { conclave } = await panelOf(t, [
    votes('one', 'yes'),
    votes('two', 'no'),
    votes('three', 'yes'),
    inProse('unread', 'Both have their merits.'),
  ]);
  const vote = (models: string[]) => conclave.consensus({ prompt: 'Ship it?', mode: 'vote', models });
  const decided = await vote(['two/m', 'one/m', 'three/m', 'unread/m']);
  assert.deepEqual(decided.dissent, [{ model: 'two/m', claim: 'no', against: 'yes' }]);
  assert.match(decided.text, /Dissent:\n- two\/m: no/);
  const tie = await vote(['one/m', 'two/m', 'unread/m']);
  assert.deepEqual([tie.winner, tie.complete], [undefined, false]);
  assert.deepEqual(
    tie.dissent?.map(({ model }) => model),
    ['one/m', 'two/m'],
  );
});

test('without any ranking there are no places, and all answers are shown', async (t) => {
  const { conclave } = await panelOf(t, [inProse('keep', lockNeeded), inProse('drop', lockUseless), down]);
  const { text, ranking, winner, complete, warnings } = await conclave.consensus({
    prompt: 'Is this lock needed?',
    mode: 'rank',
    models: ['keep/m', 'drop/m'],
    model: 'down/m',
  });
  assert.deepEqual([ranking, winner, complete], [undefined, undefined, false]);
  for (const said of [lockNeeded, lockUseless]) assert.ok(text.includes(said), text);
  assert.match(warnings.join(), /the answers are not ranked/);
});

test('judges rank the answers of others, without names and never their own', async (t) => {
  const judge = (name: string): Panelist => ({
    name,
    say(heard) {
      if (heard.includes('anonymous answers')) {
        // Every judge ranks the short answer, that of `beta`, first.
        const best = /<answer-\w+ path="([A-Z])">\nB\n/.exec(heard)?.[1] ?? 'A';
        return JSON.stringify({ ranking: [best, ...['A', 'B', 'C'].filter((letter) => letter !== best)] });
      }
      if (heard.includes('one of several experts'))
        return saying(name === 'beta' ? 'B' : `${name} at length`, []);
      return 'The chair agrees.';
    },
  });
  const names = ['alpha', 'beta', 'gamma'];
  const { conclave, heard } = await panelOf(t, [...names.map(judge), chair]);
  const result = await conclave.consensus({
    prompt: 'Why?',
    mode: 'rank',
    models: names.map((name) => `${name}/m`),
  });
  assert.equal(result.winner, 'beta/m');
  assert.deepEqual(result.ranking?.map(({ who }) => who)[0], 'beta/m');
  const judged = heard.filter(({ text }) => text.includes('anonymous answers'));
  assert.equal(judged.length, 3);
  assert.deepEqual([result.complete, result.dissent], [true, []]);
  for (const { who, text } of judged) {
    assert.doesNotMatch(text, /\/m\b/, 'no model is named');
    assert.ok(!text.includes(who === 'beta' ? '>\nB\n' : `${who} at length`), `${who} does not judge itself`);
  }
});

test('two seats of one model with own stances are told apart in votes, claims and rankings', async (t) => {
  const roleOf = (heard: string) => ['OPERATOR', 'LAWYER'].find((role) => heard.includes(role)) ?? 'plain';
  const say = (heard: string) => {
    const role = roleOf(heard);
    if (heard.includes('anonymous answers')) {
      // The lawyer's answer is ranked first, the operator's last.
      const order = ['LAWYER', 'plain', 'OPERATOR'].flatMap(
        (wanted) => new RegExp(`path="([A-Z])">\\nas ${wanted}`).exec(heard)?.[1] ?? [],
      );
      return JSON.stringify({ ranking: order, reason: '' });
    }
    if (heard.includes('Options:'))
      return JSON.stringify({ option: role === 'OPERATOR' ? 'no' : 'yes', reason: '' });
    return heard.includes('one of several experts') ? saying(`as ${role}`, ['Delay it.']) : 'Summed up.';
  };
  const { conclave } = await panelOf(t, [{ name: 'one', say }, { name: 'two', say }, chair]);
  const models = [
    { model: 'one/m', stance_prompt: 'You are the OPERATOR.' },
    { model: 'one/m', stance_prompt: 'You are the LAWYER.' },
    'two/m',
  ];
  const [operator, lawyer] = ['one/m (own stance 1)', 'one/m (own stance 2)'];
  const vote = await conclave.consensus({ prompt: 'Ship?', mode: 'vote', models });
  assert.deepEqual(vote.votes, [
    { option: 'yes', voters: [lawyer, 'two/m'] },
    { option: 'no', voters: [operator] },
  ]);
  const answer = await conclave.consensus({ prompt: 'Ship?', mode: 'answer', models: models.slice(0, 2) });
  assert.deepEqual(answer.agreed, [{ claim: 'Delay it.', models: [operator, lawyer] }]);
  const rank = await conclave.consensus({ prompt: 'Ship?', mode: 'rank', models });
  assert.deepEqual(
    rank.ranking?.map(({ who, place }) => [who, place]),
    [
      [lawyer, 1],
      ['two/m', 2],
      [operator, 3],
    ],
  );
});

test('a stance is sent only to its seat, including a custom stance', async (t) => {
  const { conclave, heard } = await panelOf(t, [expert('one', ['a b c']), expert('two', ['d e f']), chair]);
  await conclave.consensus({
    prompt: 'Rewrite it in Rust?',
    models: [
      { model: 'one/m', stance: 'for' },
      { model: 'one/m', stance: 'against' },
      { model: 'two/m', stance_prompt: 'Speak as the operator.' },
    ],
  });
  const asked = heard.filter(({ text }) => text.includes('one of several experts')).map(({ text }) => text);
  assert.equal(asked.filter((text) => text.includes('Argue for what is proposed')).length, 1);
  assert.equal(asked.filter((text) => text.includes('Argue against what is proposed')).length, 1);
  assert.equal(asked.filter((text) => text.includes('Speak as the operator.')).length, 1);
});

const issue = (startLine: number, title: string, rule: string) => ({
  file: 'src/a.ts',
  startLine,
  endLine: startLine,
  severity: 'high',
  category: 'security',
  rule,
  title,
  explanation: `${title}: whoever sends the name decides what the database runs.`,
  suggestedFix: 'Bind the value.',
  confidence: 0.9,
});

const reviewer = (name: string, ...issues: object[]): Panelist => ({
  name,
  say: (heard) =>
    heard.includes('code reviewer') ? JSON.stringify({ summary: 'Read.', issues }) : 'Fix it.',
});

/** Reviews nothing; compares pairs of findings as given, and sums up. */
const chairThatCompares = (answer: string): Panelist => ({
  name: 'chair',
  say: (heard) => (heard.includes('compares review findings') ? answer : 'Fix it.'),
});

const injection = 'SQL injection through string concatenation';

test('with only a threshold the panel reviews the code in the question, and keeps what enough models report', async (t) => {
  const { conclave } = await panelOf(t, [
    reviewer('one', issue(4, injection, 'sql-injection')),
    reviewer('two', issue(6, 'Query is concatenated, which allows SQL injection', 'sql-injection')),
    reviewer('three', issue(40, 'Debug output left behind', 'leftover-debug')),
    chairThatCompares('{"same": [1]}'),
  ]);
  const models = ['one/m', 'two/m', 'three/m'];
  const prompt = 'Review this:\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-a\n+b';
  const result = await conclave.consensus({ models, prompt, threshold: 2 });
  assert.equal(result.mode, 'findings');
  assert.deepEqual(
    result.issues.map(({ reportedBy }) => reportedBy),
    [['one/m', 'two/m']],
  );
  assert.deepEqual(
    result.below_threshold.map(({ title }) => title),
    ['Debug output left behind'],
  );
  const all = await conclave.consensus({ models, prompt, threshold: 1 });
  assert.equal(all.issues.length, 2);
  const grave = await conclave.consensus({ models, prompt, threshold: 3, severity: 'critical' });
  assert.deepEqual([grave.issues, grave.below_threshold], [[], []], 'a filter applies to both lists');
});

const noAuthentication = issue(12, 'Missing authentication on /admin/users', 'missing-authentication');
const noRateLimit = issue(12, 'Missing rate limit on /admin/users', 'missing-rate-limit');

test('whether two findings at one place are one issue is decided by a model', async (t) => {
  const found = async (answer: string) => {
    const { conclave } = await panelOf(t, [
      reviewer('one', noAuthentication),
      reviewer('two', noRateLimit),
      chairThatCompares(answer),
    ]);
    const models = ['one/m', 'two/m'];
    return await conclave.consensus({ models, prompt: 'Review this.', threshold: 2, model: 'chair/m' });
  };
  const two = await found('{"same": []}');
  assert.deepEqual([two.issues.length, two.below_threshold.length, two.complete], [0, 2, true]);

  const one = await found('{"same": ["1"]}');
  assert.deepEqual([one.issues.length, one.below_threshold.length, one.complete], [1, 0, true]);
  assert.deepEqual(one.issues[0]?.['otherTitles'], [noRateLimit.title]);

  const unknown = await found('I would rather not say.');
  assert.deepEqual([unknown.issues.length, unknown.below_threshold.length, unknown.complete], [0, 2, false]);
  assert.match(unknown.warnings.join(), /1 pairs of findings may be the same issue and were not compared/);
});

test('a review stops early only if the missing report cannot change the result', async (t) => {
  const found = issue(4, injection, 'sql-injection');
  const stuck: Panelist = {
    name: 'stuck',
    say: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  };
  const { conclave } = await panelOf(t, [reviewer('one', found), reviewer('two', found), stuck, chair]);
  const result = await conclave.consensus({
    prompt: '+++ b/src/a.ts\n+x',
    models: ['one/m', 'two/m', 'stuck/m'],
    threshold: 2,
  });
  assert.deepEqual(result.cancelled, ['stuck/m']);
  assert.equal(result.issues.length, 1);
});

test('failed models are named, and only if all fail is the result an error', async (t) => {
  const broken: Panelist = {
    name: 'broken',
    say: () => {
      throw new ConclaveError('provider_error', 'out of order');
    },
  };
  const { conclave, home } = await panelOf(t, [
    expert('one', ['x y z']),
    expert('two', ['x y z']),
    broken,
    chair,
  ]);
  const { failed, answers, models } = await conclave.consensus({
    prompt: 'So?',
    models: ['one/m', 'two/m', 'broken/m'],
  });
  assert.ok(models.includes('one/m') && !models.includes('broken/m'), models.join());
  assert.deepEqual(
    failed.map(({ who }) => who),
    ['broken/m'],
  );
  assert.equal(answers?.length, 2);
  await assert.rejects(
    conclave.consensus({ prompt: 'So?', models: ['broken/m'] }),
    rejects('provider_error', /no model could answer\. broken\/m: provider_error/),
  );
  assert.equal(
    rows(home).findLast(({ requested_model: model }) => model === '(children)')?.['state'],
    'failed',
  );
});

/** Answers with an answer and a clean review at once. */
const saysBoth = (name: string) => ({
  name,
  say: () => JSON.stringify({ answer: 'Yes.', claims: [], issues: [] }),
});

test('a model that is not configured is reported like one that fails, and the rest of the panel continues', async (t) => {
  const { conclave, heard } = await panelOf(t, [saysBoth('one'), saysBoth('two'), chair]);
  const models = ['one/m', 'gpt-4o', 'two/m'];
  const answered = await conclave.consensus({ prompt: 'x', models });
  const absent = [
    {
      who: 'gpt-4o',
      error: 'model_not_found: openai/gpt-4o: the provider openai is not configured; set OPENAI_API_KEY',
    },
  ];
  assert.deepEqual(answered.failed, absent);
  assert.deepEqual(answered.answers?.map(({ who }) => who).toSorted(), ['one/m', 'two/m']);
  const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n';
  assert.deepEqual((await conclave.consensus({ diff, models })).failed, absent);
  assert.deepEqual((await conclave.codereview({ diff, models })).failed, absent);
  const before = heard.length;
  await assert.rejects(
    conclave.codereview({ diff, pipeline: true, models: ['oen/m'] }),
    rejects('model_not_found', /one\/m/),
  );
  await assert.rejects(
    conclave.codereview({ diff, models: ['one/m', 'one/m'] }),
    rejects('invalid_request', /on the panel twice/),
  );
  assert.equal(heard.length, before);
});

test('every model named for a review is asked, refused or listed in a warning', async (t) => {
  const { conclave, heard } = await panelOf(t, [saysBoth('one'), saysBoth('two')]);
  const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n';
  const models = ['one/m', 'two/m'];
  const both = rejects('invalid_request', /"model" \(one\/m\) or "models" \(two\/m\), not both/);
  await assert.rejects(conclave.codereview({ diff, model: 'one/m', models: ['two/m'] }), both);
  await assert.rejects(conclave.secaudit({ diff, model: 'one/m', models: ['two/m'] }), both);
  assert.equal(heard.length, 0);
  const one = await conclave.codereview({ diff, models, personas: ['security'] });
  assert.match(one.warnings.join(), /more models than personas \(1\): two\/m not asked/);
  const each = await conclave.codereview({ diff, models, personas: ['security', 'tests'] });
  assert.doesNotMatch(each.warnings.join(), /not asked/);
});

test('a warning says when personas share a family', async (t) => {
  const { conclave } = await panelOf(t, [saysBoth('one')]);
  const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n';
  const { warnings } = await conclave.codereview({ diff, personas: ['security', 'tests'] });
  assert.match(warnings.join(), /2 personas sit on 1 model family/);
});

test('bad input to a panel is reported by name, and no model is asked', async (t) => {
  const { conclave, heard } = await panelOf(t, [expert('one', []), expert('two', []), chair]);
  const cases: [Parameters<typeof conclave.consensus>[0], string, RegExp][] = [
    [
      { prompt: 'x', models: ['one/m'], threshold: 2 },
      'invalid_request',
      /threshold 2 is above the 1 models/,
    ],
    [
      {
        prompt: 'x',
        models: [
          { model: 'one/m', stance: 'for' },
          { model: 'one/m', stance: 'against' },
        ],
        threshold: 2,
      },
      'invalid_request',
      /threshold 2 is above the 1 different models/,
    ],
    [{ prompt: 'x', models: ['one/m', 'one/m'] }, 'invalid_request', /on the panel twice/],
    [
      { prompt: 'x', mode: 'vote', options: ['Yes', 'no', 'yes '] },
      'invalid_request',
      /"yes " is listed twice among the options/,
    ],
    [
      { prompt: 'x', mode: 'rank', threshold: 2 },
      'invalid_request',
      /"threshold" applies only to mode "findings"/,
    ],
    [{ prompt: 'x', models: ['oen/m'] }, 'model_not_found', /one\/m/],
    [
      { prompt: 'x', models: ['openai/gpt-4o', 'anthropic/claude-opus-5-5'] },
      'model_not_found',
      /not configured/,
    ],
    [
      { prompt: 'x', models: ['gpt-4o', 'opus'] },
      'model_not_found',
      /None of these models is configured\. openai\/gpt-4o: .*OPENAI_API_KEY; anthropic\/.*ANTHROPIC_API_KEY/,
    ],
    [
      { prompt: 'x', models: ['one/m', 'gpt-4o'], threshold: 2 },
      'invalid_request',
      /threshold 2 is above the 1 models of the panel.*gpt-4o cannot be called: .*OPENAI_API_KEY/,
    ],
    [{ prompt: 'x', models: ['auto'] }, 'invalid_request', /leaves the choice open/],
    [{ models: ['one/m'], mode: 'vote' }, 'invalid_request', /needs a "prompt"/],
    [{ prompt: 'x', range: 'a..b', mode: 'vote' }, 'invalid_request', /range/],
    [{ prompt: 'x', max_cost_usd: 0.000001 }, 'no_candidate', /ceiling/],
    [{ prompt: 'x', continuation_id: 'thread_0' }, 'not_found', /thread/],
  ];
  for (const [input, code, message] of cases)
    await assert.rejects(conclave.consensus(input), rejects(code, message), JSON.stringify(input));
  assert.deepEqual(heard, []);
});

test('a budget refuses the whole panel before the first call', async (t) => {
  const { conclave, heard } = await panelOf(t, [expert('one', []), expert('two', []), chair]);
  // The maximum cost of three models for the longest prompt exceeds the local key's five dollars per day.
  await assert.rejects(
    conclave.consensus({ prompt: 'x '.repeat(90_000), models: ['one/m', 'two/m'] }),
    rejects('budget_exceeded', /budget per day/),
  );
  assert.deepEqual(heard, []);
});

test('a provider that must not receive the data gets no seat', async (t) => {
  const panel = ['one', 'two', 'three', 'four'].map((name) => ({
    ...expert(name, ['Tabs are wider than spaces']),
    model: `${name}mind`,
  }));
  const { conclave, heard } = await panelOf(t, panel, undefined, {
    routing: { allow: { providers: ['two', 'four'] } },
  });
  const { models, failed } = await conclave.consensus({ prompt: 'Tabs or spaces?' });
  assert.deepEqual(new Set(heard.map(({ who }) => who)), new Set(['two', 'four']));
  assert.deepEqual(new Set(models), new Set(['two/twomind', 'four/fourmind']));
  assert.deepEqual(failed, []);
});
