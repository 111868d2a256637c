import { throwIfAborted } from '../../core/abort-error.ts';
import { replyText } from '../../core/wire/collected-reply.ts';
import synthesisPrompt from '../../prompts/tools/consensus-synthesis.ts';
import type { Material } from '../../prompts/untrusted.ts';
import { askExpert, expertCall } from '../asking/ask-expert.ts';
import { reserveOnce } from '../panels/reserve-once.ts';
import { requireResults, runPanel } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import { agreementText } from './agreement-text.ts';
import { joinClaims, joinQuestion } from './join-claims.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import { expectedOfPanel, type PanelCalls } from './panel-calls.ts';
import { chairQuestion, modelsAsked, seatsOf, type PanelRun, type Shared } from './panel-run.ts';
import {
  seatAnswer,
  answerQuestion,
  answersShown,
  answersText,
  longestAnswer,
  type SeatAnswer,
} from './seat-answer.ts';
import { similarClaims } from './similar-claims.ts';
import { claimsAreSettled, weighClaims, type Claim } from './weigh-claims.ts';

/** Every seat answers; the chair groups the claims and sums up. */
export function answerCalls(context: ToolContext): PanelCalls {
  return {
    ofSeat: (run, seat) => [{ question: expertCall(context, answerQuestion(run, seat, sharedBy(run))) }],
    ofChair(run) {
      const furtherTokens = run.panel.seats.length * longestAnswer;
      return [joinQuestion(run, [], sharedBy(run)), synthesisQuestion(run, [], sharedBy(run))].map(
        (question) => ({ question: expertCall(context, question), furtherTokens }),
      );
    },
  };
}

function sharedBy({ panel }: PanelRun): Shared {
  return { calls: panel.seats.length + 2 };
}

/** All seats answer independently; their claims are compared, and another model summarises. */
export async function answerMode(context: ToolContext, run: PanelRun): Promise<ModeOutcome> {
  const seats = seatsOf(run);
  const calls = sharedBy(run);
  const expected = expectedOfPanel(run, answerCalls(context));
  return await reserveOnce(context, { tool: 'consensus', expected }, async (inner, requestId) => {
    const results = await runPanel(inner, {
      members: seats,
      work: (seat, own) => seatAnswer(own, seat, answerQuestion(run, seat, calls)),
    });
    const answers = requireResults('consensus', results);
    const asked = modelsAsked(run);
    const common = { results, requestId, answers };
    if (answers.length < 2) return { ...common, ...alone(answers, asked) };
    const uncompared = answers.filter(({ claims }) => claims.length === 0);
    const compared = answers.length - uncompared.length;
    const { groups, byPoint } = await joinClaims(inner, run, claimsOf(answers), calls);
    const weighed = weighClaims(groups, asked);
    const agreement = byPoint ? weighed : { ...weighed, similar: similarClaims(groups) };
    const agreements = agreementText(agreement);
    const comparison = { kind: 'text', name: 'what they agree and disagree on', text: agreements } as const;
    const material = [...answersShown(answers), comparison];
    const summary = await summed(inner, run, { material, calls });
    const settled = claimsAreSettled(agreement, asked - compared);
    return {
      ...common,
      text:
        summary?.text ??
        [agreements, answersText(uncompared)].filter((section) => section !== '').join('\n\n'),
      ...(summary && { author: summary.author }),
      agreement,
      dissent: agreement.dissent,
      complete: settled && byPoint,
      warnings: [
        ...answers.flatMap(({ note }) => note ?? []),
        ...(byPoint
          ? []
          : [
              'no model could group the claims; only equal ones were matched, so contradictions and agreement in other words are not found',
            ]),
        ...(summary === undefined ? ['no model could write a summary; the claims are listed unchanged'] : []),
        ...(settled
          ? []
          : [
              `${asked - compared} of ${asked} models gave no answer that could be compared, and theirs could have changed the result`,
            ]),
      ],
    };
  });
}

function claimsOf(answers: readonly SeatAnswer[]): Claim[] {
  const each = answers.flatMap(({ who, claims }) =>
    [...new Set(claims)].map((claim) => ({ speaker: who, text: claim })),
  );
  return each.map((claim, index) => Object.assign({ id: String(index + 1) }, claim));
}

/** With a single answer there is nothing to compare: it is returned with a warning. */
function alone([only]: readonly SeatAnswer[], asked: number) {
  return {
    text: only?.text ?? '',
    ...(only && { author: only.model }),
    complete: asked < 2,
    warnings: ['only one model answered: nothing could be compared'],
  };
}

function synthesisQuestion(run: PanelRun, material: readonly Material[], calls: { readonly calls: number }) {
  const question = `Sum up what the panel said to this question:\n\n${run.gathered.question}`;
  return chairQuestion(run, { prompt: synthesisPrompt, question, material }, calls);
}

type Summary = { readonly text: string; readonly author: string };

/** Returns the chair's summary, or `undefined` if the chair fails: the panel's answers are then used without it. */
export async function summed(
  context: ToolContext,
  run: PanelRun,
  { material, calls }: { readonly material: readonly Material[]; readonly calls: { readonly calls: number } },
): Promise<Summary | undefined> {
  try {
    const question = synthesisQuestion(run, material, calls);
    const { reply, outcome } = await askExpert(context, question);
    const text = replyText(reply);
    return text === '' ? undefined : { text, author: outcome.model ?? question.model };
  } catch {
    throwIfAborted(context.signal);
    return undefined;
  }
}
