import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withStore } from '../../../test/support/each-backend.ts';
import { intent, noon, settlement } from '../../../test/support/ledger-samples.ts';
import { noteAgreement } from './note-agreement.ts';
import { tallyVotes } from './tally-votes.ts';

const votes = [
  { voter: 'a', option: 'yes', requestId: 'req_1' },
  { voter: 'b', option: 'no', requestId: 'req_2' },
  { voter: 'c', option: 'yes', requestId: 'req_3' },
  { voter: 'd', requestId: 'req_4' },
  { voter: 'e', option: 'yes', requestId: 'req_5' },
];

test('voting with the majority counts as probably right, an abstention is ignored, and a tie records nothing', async () => {
  await withStore(async ({ ledger }) => {
    for (const { requestId: id } of votes) {
      await ledger.open(intent({ id }), { unknownPrice: false });
      await ledger.settle(settlement(id));
    }
    const messages: string[] = [];
    const context = { ledger, now: () => noon, progress: (message: string) => void messages.push(message) };
    const scores = async () =>
      Promise.all(
        votes.map(async ({ requestId }) =>
          (await ledger.show(requestId))?.outcomes.map(({ kind, score }) => `${kind} ${score}`),
        ),
      );
    const options = ['yes', 'no'];

    await noteAgreement(context, tallyVotes(options, votes.slice(0, 2), { asked: 2 }), votes.slice(0, 2));
    assert.deepEqual(await scores(), [[], [], [], [], []]);
    const plurality = votes.map(({ option, ...vote }, at) =>
      at < 3 ? { ...vote, ...(option && { option }) } : vote,
    );
    const tally = tallyVotes(options, plurality, { asked: 5 });
    assert.deepEqual([tally.winner, tally.majority], ['yes', false]);
    await noteAgreement(context, tally, plurality);
    assert.deepEqual(await scores(), [[], [], [], [], []]);
    await noteAgreement(context, tallyVotes(options, votes, { asked: 5 }), votes);
    assert.deepEqual(await scores(), [
      ['consensus 1'],
      ['consensus 0'],
      ['consensus 1'],
      [],
      ['consensus 1'],
    ]);
    assert.deepEqual(messages, []);

    const unknown = votes.map((vote) => ({ ...vote, requestId: 'req_none' }));
    await noteAgreement(context, tallyVotes(options, unknown, { asked: 5 }), unknown);
    assert.match(messages.join(), /not stored for the router: There is no call req_none/);
  });
});
