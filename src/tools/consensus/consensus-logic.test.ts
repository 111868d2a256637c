import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  constantFrom,
  integer,
  property,
  shuffledSubarray,
} from 'fast-check';
import { aggregateRankings, dissentInRanking, rankingIsSettled } from './aggregate-rankings.ts';
import { findingsAreSettled, voteIsSettled } from '../panels/early-stop.ts';
import { equalClaims } from './equal-claims.ts';
import { similarClaims } from './similar-claims.ts';
import { tallyVotes, type Vote } from './tally-votes.ts';
import { claimsAreSettled, weighClaims, type Claim } from './weigh-claims.ts';

const votes = (text: string): Vote[] =>
  [...text].map((option, index) => ({ voter: `m${index}`, ...(option === '-' ? {} : { option }) }));

const tally = (options: readonly string[], text: string, asked = text.length) =>
  tallyVotes(options, votes(text), { asked });

test('the option with most votes wins, and the tally says whether that is a majority', () => {
  const plural = tally(['a', 'b', 'c'], 'aabc-');
  assert.equal(plural.winner, 'a');
  assert.equal(plural.majority, false);
  assert.deepEqual(plural.abstained, ['m4']);
  assert.equal(tally(['a', 'b'], 'aab').majority, true);
});

test('a majority is one of the models that were asked, not of the votes that arrived', () => {
  assert.equal(tally(['a', 'b'], 'a', 3).majority, false);
  assert.equal(tally(['a', 'b'], 'aa', 3).majority, true);
  assert.equal(tally(['a', 'b'], 'a--').majority, false);
});

test('a tie has no winner and names the tied options', () => {
  const tie = tally(['a', 'b', 'c'], 'abab');
  assert.equal(tie.winner, undefined);
  assert.deepEqual(tie.tied, ['a', 'b']);
  assert.deepEqual(tally(['a', 'b'], '').tied, []);
});

test('a candidate that wins every duel is named, whatever the points', () => {
  const result = aggregateRankings(
    ['a', 'b', 'c'],
    [
      { judge: '1', order: ['a', 'b', 'c'] },
      { judge: '2', order: ['a', 'c', 'b'] },
      { judge: '3', order: ['b', 'c', 'a'] },
    ],
  );
  assert.equal(result.condorcetWinner, 'a');
  assert.deepEqual(
    result.standings.map(({ candidate, place }) => [candidate, place]),
    [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ],
  );
});

test('a cycle of duels has no Condorcet winner, and equal answers share a place', () => {
  const circle = aggregateRankings(
    ['a', 'b', 'c'],
    [
      { judge: '1', order: ['a', 'b', 'c'] },
      { judge: '2', order: ['b', 'c', 'a'] },
      { judge: '3', order: ['c', 'a', 'b'] },
    ],
  );
  assert.equal(circle.condorcetWinner, undefined);
  assert.deepEqual(circle.tied, ['a', 'b', 'c']);
});

test('a dispute is settled only if the models that are silent could not make it a tie', () => {
  const claims = (speakers: readonly string[], position: 'supports' | 'opposes') =>
    speakers.map((speaker) => ({ claim: { id: speaker, speaker, text: 'It is fast.' }, position }));
  const dispute = (supporters: readonly string[], asked: number) =>
    weighClaims(
      [
        {
          statement: 'It is fast.',
          members: [...claims(supporters, 'supports'), ...claims(['z'], 'opposes')],
        },
      ],
      asked,
    );
  assert.equal(claimsAreSettled(dispute(['a', 'b'], 4), 1), false);
  assert.equal(claimsAreSettled(dispute(['a', 'b', 'c'], 5), 1), true);
});

test('a judge that ranks another answer first dissents, and missing judges may be too many for a first place', () => {
  const rankings = [
    { judge: 'a', order: ['b', 'c'] },
    { judge: 'b', order: ['a', 'c'] },
    { judge: 'c', order: ['b', 'a'] },
    { judge: 'd', order: ['b', 'a', 'c'] },
  ];
  const result = aggregateRankings(['a', 'b', 'c'], rankings);
  assert.equal(result.standings[0]?.candidate, 'b');
  assert.deepEqual(dissentInRanking(result, rankings), []);
  const other = [...rankings, { judge: 'e', order: ['c', 'b', 'a'] }];
  const against = 'b first';
  assert.deepEqual(dissentInRanking(aggregateRankings(['a', 'b', 'c'], other), other), [
    { model: 'e', claim: 'c first', against },
  ]);
  assert.equal(rankingIsSettled(result, 1), true);
  assert.equal(rankingIsSettled(result, 2), false);
  const clear = aggregateRankings(
    ['a', 'b'],
    ['1', '2', '3', '4'].map((judge) => ({ judge, order: ['a', 'b'] })),
  );
  assert.equal(rankingIsSettled(clear, 1), true);
});

test('a judge is ignored for its own answer', () => {
  const result = aggregateRankings(
    ['a', 'b'],
    [
      { judge: 'a', order: ['b'] },
      { judge: 'b', order: ['a'] },
      { judge: 'c', order: ['b', 'a'] },
    ],
  );
  assert.equal(result.standings[0]?.candidate, 'b');
  assert.equal(result.standings[1]?.won, 0);
  assert.deepEqual(
    standings(
      ['a', 'b', 'c'],
      [
        ['a', 'b', 'c'],
        ['b', 'a', 'c'],
        ['c', 'a', 'b'],
      ],
    ),
    ['1 a: 1 by 2, 2-0-0', '2 b: 0.5 by 2, 1-1-0', '3 c: 0 by 2, 0-2-0'],
  );
  assert.deepEqual(standings(['a', 'b'], [['a', 'b']]), ['1 b: 1 by 1, 0-0-1', '2 a: 0 by 0, 0-0-1']);
});

/** Ballots as judge and order; standings as place, candidate, points by judges, and duels won, lost and drawn. */
function standings(
  candidates: readonly string[],
  ballots: readonly (readonly [string, ...string[]])[],
): string[] {
  const rankings = ballots.map(([judge, ...order]) => ({ judge, order }));
  return aggregateRankings(candidates, rankings).standings.map(
    ({ place, candidate, points, judges, won, lost, drawn }) =>
      `${place} ${candidate}: ${points} by ${judges}, ${won}-${lost}-${drawn}`,
  );
}

test('an answer that a judge leaves out loses its duels; duels decide between equal points', () => {
  assert.deepEqual(
    standings(
      ['a', 'b'],
      [
        ['1', 'a'],
        ['2', 'a'],
        ['3', 'b', 'a'],
      ],
    ).map((line) => line.split(', ')[1]),
    ['1-0-0', '0-1-0'],
  );
  const equal = standings(
    ['a', 'b', 'c'],
    [
      ['1', 'a', 'b', 'c'],
      ['2', 'a', 'b', 'c'],
      ['3', 'b', 'c', 'a'],
    ],
  );
  assert.deepEqual(
    equal.map((line) => line.replace(/0\.6+7?/, '2/3')),
    ['1 a: 2/3 by 3, 2-0-0', '2 b: 2/3 by 3, 1-1-0', equal[2]],
  );
});

test('a ranking that a missing judge could turn into a tie is not settled', () => {
  const result = aggregateRankings(['a', 'b'], [{ judge: '1', order: ['a', 'b'] }]);
  assert.equal(rankingIsSettled(result, 1), false);
});

test('stopping early never changes which findings reach the threshold', () => {
  const panel = integer({ min: 1, max: 7 });
  const groups = array(integer({ min: 1, max: 7 }), { maxLength: 5 });
  assertProperty(
    property(panel, panel, groups, integer({ min: 0, max: 7 }), (size, threshold, reporters, answered) => {
      const missing = Math.max(0, size - answered);
      if (
        !findingsAreSettled(
          reporters.map((count) => ({ reporters: count })),
          missing,
          threshold,
        )
      )
        return;
      // The best and the worst that the missing answers could do.
      const best = reporters.map((count) => count + missing >= threshold);
      const worst = reporters.map((count) => count >= threshold);
      assert.deepEqual(best, worst);
      assert.ok(missing < threshold, 'a new finding could still reach the threshold');
    }),
  );
});

test('a vote is settled exactly when every way to cast the missing votes has the same winner and majority', () => {
  const options = ['a', 'b', 'c'];
  const ballot = array(constantFrom(...options, '-'), { maxLength: 5 });
  assertProperty(
    property(ballot, integer({ min: 0, max: 3 }), (ballot, missing) => {
      const cast = ballot.join('');
      const asked = cast.length + missing;
      const outcomes = new Set(
        allWays([...options, '-'], missing).map((more) => {
          const { winner, majority } = tally(options, cast + more);
          return winner === undefined ? undefined : `${winner} ${majority}`;
        }),
      );
      assert.equal(
        voteIsSettled(tally(options, cast, asked), missing),
        missing === 0 || (outcomes.size === 1 && !outcomes.has(undefined)),
      );
    }),
  );
});

const claim = (speaker: string, text: string): Claim => ({ id: `${speaker}-${text.length}`, speaker, text });

test('claims are agreed if most models make them and none opposes, disputed if one does', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((speaker) => claim(speaker, 'Use an index on email.'));
  assert.ok(a && b && c);
  const weighed = weighClaims(
    [
      {
        statement: 'An index on email helps',
        members: [
          { claim: a, position: 'supports' },
          { claim: b, position: 'supports' },
        ],
      },
      {
        statement: 'The limit is 100',
        members: [
          { claim: claim('a', 'The limit is 100 per hour.'), position: 'supports' },
          { claim: claim('b', 'It allows 100.'), position: 'supports' },
          { claim: claim('c', 'The limit is 1,000.'), position: 'opposes' },
        ],
      },
      { statement: 'Write tests', members: [{ claim: c, position: 'supports' }] },
    ],
    3,
  );
  assert.deepEqual(weighed.agreed, [{ claim: 'An index on email helps', models: ['a', 'b'] }]);
  assert.equal(weighed.disputed[0]?.onFact, true);
  assert.deepEqual(weighed.dissent, [
    { model: 'c', claim: 'The limit is 1,000.', against: 'The limit is 100' },
  ]);
  assert.deepEqual(weighed.single, [{ claim: 'Write tests', models: ['c'] }]);
  assert.equal(weighed.score, 2 / 6);
});

test('without claims there is no agreement, and missing answers may decide an even dispute', () => {
  assert.equal(weighClaims([], 3).score, undefined);
  assert.equal(claimsAreSettled(weighClaims([], 3), 2), false);
  const even = weighClaims(
    [
      {
        statement: 'The lock',
        members: [
          { claim: claim('a', 'Keep it.'), position: 'supports' },
          { claim: claim('b', 'Drop it.'), position: 'opposes' },
        ],
      },
    ],
    3,
  );
  assert.deepEqual(
    even.dissent.map(({ model }) => model),
    ['a', 'b'],
  );
  assert.equal(claimsAreSettled(even, 0), true);
  assert.equal(claimsAreSettled(even, 1), false);
});

test('a model on both sides of a point dissents with its claim on the smaller side', () => {
  const { dissent } = weighClaims(
    [
      {
        statement: 'The lock is needed',
        members: [
          { claim: claim('a', 'Keep the lock.'), position: 'supports' },
          { claim: claim('b', 'The lock stays.'), position: 'supports' },
          { claim: claim('a', 'Drop the lock.'), position: 'opposes' },
        ],
      },
    ],
    2,
  );
  assert.deepEqual(dissent, [{ model: 'a', claim: 'Drop the lock.', against: 'The lock is needed' }]);
});

test('missing answers may make a single claim an agreed one', () => {
  const madeBy = (speakers: readonly string[]) =>
    weighClaims(
      [
        {
          statement: 'Write tests',
          members: speakers.map((who) => ({ claim: claim(who, 'Write tests.'), position: 'supports' })),
        },
      ],
      4,
    );
  assert.equal(claimsAreSettled(madeBy(['a', 'b']), 1), false);
  assert.equal(claimsAreSettled(madeBy(['a', 'b']), 0), true);
  assert.equal(claimsAreSettled(madeBy(['a']), 1), true);
  assert.equal(claimsAreSettled(madeBy(['a', 'b', 'c']), 1), true);
});

test('only equal claims are one point without a model, in every script', () => {
  const wordings = (...texts: string[]) =>
    equalClaims(texts.map((text, index) => claim(`m${index}`, text))).map(({ members }) => members.length);
  for (const equal of [
    ['Use a mutex.', 'use  a mutex', 'Use a “mutex”!'],
    ['Блокировка нужна.', 'блокировка нужна', 'Блокировка нужна!'],
    ['队列需要加锁。', '队列需要加锁', '队列需要加锁！'],
  ])
    assert.deepEqual(wordings(...equal), [3], equal.join());
  for (const other of [
    ['Keep the lock in the queue.', 'Remove the lock in the queue.'],
    ['Write it in C.', 'Write it in C#.'],
    ['The offset is -1.', 'The offset is +1.'],
    ['The rate is 1.5 percent.', 'The rate is 15 percent.'],
    ['No, errors are retried.', 'No errors are retried.'],
    ['Die Sperre ist nötig.', 'Die Sperre ist unnötig.'],
  ])
    assert.deepEqual(wordings(...other), [1, 1], other.join());
});

test('if no model compared the claims, those in similar words are listed, with their models', () => {
  const groups = equalClaims([
    claim('a', 'The lock must be held before the queue is drained.'),
    claim('b', 'The lock must be held after the queue is drained.'),
    claim('c', 'the lock must be held before the queue is drained'),
    claim('a', 'Backups should be tested.'),
    claim('a', 'Backups should be tested weekly.'),
  ]);
  assert.deepEqual(similarClaims(groups), [
    [
      { claim: 'The lock must be held before the queue is drained.', models: ['a', 'c'] },
      { claim: 'The lock must be held after the queue is drained.', models: ['b'] },
    ],
  ]);
});

test('a statement that every model opposes is never what they agree on', () => {
  const opposing = ['Drop the mutex.', 'Delete that lock.', 'Locking is pointless.'];
  const against = (texts: readonly string[]) =>
    weighClaims(
      [
        {
          statement: 'The lock is needed',
          members: texts.map((text) => ({ claim: claim(text, text), position: 'opposes' as const })),
        },
      ],
      3,
    );
  assert.deepEqual(against(opposing).agreed, [{ claim: 'Drop the mutex.', models: opposing }]);
  assert.deepEqual(against(opposing.slice(1, 2)).single, [
    { claim: 'Delete that lock.', models: ['Delete that lock.'] },
  ]);
});

test('a dispute is on a fact if each side names a number that the other does not', () => {
  const disputeOf = (a: string, b: string) =>
    weighClaims(
      [
        {
          statement: 'The point',
          members: [
            { claim: claim('a', a), position: 'supports' },
            { claim: claim('b', b), position: 'opposes' },
          ],
        },
      ],
      2,
    ).disputed[0]?.onFact;
  assert.equal(disputeOf('100 requests per 60 seconds.', '200 requests per 60 seconds.'), true);
  assert.equal(disputeOf('The limit is 1,000.', 'The limit is not 1000.'), false);
  assert.equal(disputeOf('It has a limit.', 'The limit is not 1000.'), false);
});

test('points and places are consistent for any ballots', () => {
  const candidates = ['a', 'b', 'c', 'd'];
  const ballot = shuffledSubarray(candidates, { minLength: 1 });
  assertProperty(
    property(array(ballot, { maxLength: 6 }), (orders) => {
      const { standings } = aggregateRankings(
        candidates,
        orders.map((order, at) => ({ judge: `j${at}`, order })),
      );
      assert.equal(standings.length, candidates.length);
      for (const [index, standing] of standings.entries()) {
        assert.ok(standing.points >= 0 && standing.points <= 1);
        assert.equal(standing.won + standing.lost + standing.drawn, candidates.length - 1);
        const next = standings[index + 1];
        if (next) assert.ok(next.points <= standing.points && next.place >= standing.place);
      }
    }),
  );
});

function allWays(options: readonly string[], count: number): string[] {
  if (count === 0) return [''];
  return allWays(options, count - 1).flatMap((rest) => options.map((option) => rest + option));
}
