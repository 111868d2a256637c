import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import votePrompt from '../../prompts/tools/consensus-vote.ts';
import { expertCall, type ExpertQuestion } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { findJson } from '../answer-json/find-json.ts';
import { reserveOnce } from '../panels/reserve-once.ts';
import { failuresIn, requireResults, runPanel } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import { voteIsSettled } from '../panels/early-stop.ts';
import { isNeutral } from '../panels/panel.ts';
import { dissentText, type Dissent } from './dissent.ts';
import { replyOf, text } from './json-schema.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import { expectedOfPanel, type PanelCalls } from './panel-calls.ts';
import { modelsAsked, seatQuestion, seatsOf, type PanelRun, type Seat } from './panel-run.ts';
import { noteAgreement, type CalledVote } from './note-agreement.ts';
import { optionMeant } from './option-meant.ts';
import { dissentInVote, tallyVotes, type Tally } from './tally-votes.ts';

type Ballot = CalledVote & { readonly reason: string; readonly model: string; readonly isNeutral: boolean };

/** Every seat votes, and nobody sums up. */
export function voteCalls(context: ToolContext, options: readonly string[]): PanelCalls {
  return {
    total: (seats) => seats,
    ofSeat: (run, seat) => [{ question: expertCall(context, voteQuestion(run, seat, options)) }],
    ofChair: () => [],
  };
}

function voteQuestion(run: PanelRun, seat: Seat, options: readonly string[]): ExpertQuestion {
  const list = options.map((option, index) => `${index + 1}. ${option}`).join('\n');
  const output = replyOf('vote', {
    option: { type: 'string', enum: [...options, ''] },
    reason: text,
    confidence: { type: 'number' },
  });
  const order = { prompt: votePrompt, orders: [`Options:\n${list}`], output };
  return seatQuestion(run, seat, order);
}

/** All seats vote independently; calls that can no longer change the winner are cancelled. */
export async function voteMode(
  context: ToolContext,
  run: PanelRun,
  options: readonly string[],
): Promise<ModeOutcome> {
  const seats = seatsOf(run);
  const expected = expectedOfPanel(run, voteCalls(context, options));
  const count = (ballots: readonly Ballot[]) => tallyVotes(options, ballots, { asked: modelsAsked(run) });
  const seatsWithStance = seats.filter(({ panelist }) => !isNeutral(panelist)).length;
  return await reserveOnce(context, { tool: 'consensus', expected }, async (inner, requestId) => {
    const results = await runPanel(inner, {
      members: seats,
      work: async (seat, own): Promise<Ballot> => {
        const { read, requestId: callId } = await askReadable(
          own,
          voteQuestion(run, seat, options),
          (answer) => readVote(options, answer),
        );
        if (!read.ok)
          throw new ConclaveError('provider_invalid_reply', `Its vote could not be read: ${read.reason}`);
        return {
          voter: seat.name,
          model: seat.model,
          isNeutral: isNeutral(seat.panelist),
          requestId: callId,
          ...read.value,
        };
      },
      settled: (ballots, missing) => voteIsSettled(count(ballots), missing),
    });
    const ballots = requireResults('consensus', results);
    const tally = count(ballots);
    // A seat that argues for a side was told how to vote, so its vote says nothing about who is right.
    const neutral = ballots.filter((ballot) => ballot.isNeutral);
    const neutralTally = tallyVotes(options, neutral, { asked: modelsAsked(run) - seatsWithStance });
    await noteAgreement(context, neutralTally, neutral);
    const silent = [...run.panel.absent, ...failuresIn(results)].length;
    const complete = voteIsSettled(tally, silent);
    const dissent = dissentInVote(tally);
    return {
      text: voteText(tally, ballots, dissent),
      results,
      requestId,
      tally,
      dissent,
      answers: ballots.map(({ voter, model, reason }) => ({ who: voter, model, text: reason, claims: [] })),
      complete,
      warnings: complete
        ? []
        : [`${silent} of ${tally.asked} models did not vote, and their votes could have changed the result`],
    };
  });
}

function readVote(
  options: readonly string[],
  answer: string,
): ReadAnswer<{ readonly option?: string; readonly reason: string }> {
  const found = findJson(answer, (value) => isJsonObject(value) && 'option' in value);
  const object = found && isJsonObject(found.value) ? found.value : undefined;
  const named = object ? String(object['option'] ?? '') : answer;
  const reason = typeof object?.['reason'] === 'string' ? object['reason'] : '';
  if (object && named.trim() === '') return { ok: true, value: { reason } };
  const option = optionMeant(options, named);
  if (option !== undefined) return { ok: true, value: { option, reason } };
  return { ok: false, reason: `"${named.slice(0, 80)}" is none of the options: ${options.join(' / ')}.` };
}

function voteText(
  { counts, winner, tied, asked, majority, abstained }: Tally,
  ballots: readonly Ballot[],
  dissent: readonly Dissent[],
): string {
  const votes = `${counts[0]?.voters.length} of ${asked} votes`;
  const decided =
    winner !== undefined
      ? majority
        ? `${winner} wins with ${votes}.`
        : `${winner} leads with ${votes}, without a majority.`
      : tied.length > 0
        ? `A tie between ${tied.join(' and ')}.`
        : 'No votes were cast.';
  const lines = counts.map(({ option, voters }) => {
    const who = voters.length === 0 ? '' : ` (${voters.join(', ')})`;
    return `- ${option}: ${voters.length}${who}`;
  });
  const reasons = ballots
    .filter(({ reason }) => reason !== '')
    .map(
      ({ voter, option, reason }) => `- ${voter}${option === undefined ? '' : ` for ${option}`}: ${reason}`,
    );
  return [
    decided,
    lines.join('\n'),
    dissentText(dissent),
    abstained.length > 0 ? `Abstained: ${abstained.join(', ')}.` : '',
    reasons.length > 0 ? ['Reasons:', ...reasons].join('\n') : '',
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}
