import { expertCall } from '../asking/ask-expert.ts';
import type { ToolContext } from '../offer/tool.ts';
import { agreementText } from './agreement-text.ts';
import { answerRound, type Conclusion } from './answer-round.ts';
import { chairSummary, summaryQuestion } from './chair-summary.ts';
import { joinClaims, joinQuestion } from './join-claims.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import type { PanelCalls } from './panel-calls.ts';
import { modelsAsked, type PanelRun } from './panel-run.ts';
import { answerQuestion, answersShown, answersText, longestAnswer, type SeatAnswer } from './seat-answer.ts';
import { similarClaims } from './similar-claims.ts';
import { claimsAreSettled, weighClaims, type Claim } from './weigh-claims.ts';

/** Every seat answers; the chair groups the claims and sums up. */
export function answerCalls(context: ToolContext): PanelCalls {
  return {
    total: (seats) => seats + 2,
    ofSeat: (run, seat) => [{ question: expertCall(context, answerQuestion(run, seat)) }],
    ofChair(run) {
      const furtherTokens = run.panel.seats.length * longestAnswer;
      return [joinQuestion(run, []), summaryQuestion(run, [])].map((question) => ({
        question: expertCall(context, question),
        furtherTokens,
      }));
    },
  };
}

/** All seats answer independently; their claims are compared, and another model summarises. */
export function answerMode(context: ToolContext, run: PanelRun): Promise<ModeOutcome> {
  return answerRound(context, run, {
    calls: answerCalls(context),
    ifAlone: 'nothing could be compared',
    conclude: (inner, answers) => compareAnswers(inner, run, answers),
  });
}

async function compareAnswers(
  context: ToolContext,
  run: PanelRun,
  answers: readonly SeatAnswer[],
): Promise<Conclusion> {
  const asked = modelsAsked(run);
  const { groups, byPoint } = await joinClaims(context, run, claimsOf(answers));
  const weighed = weighClaims(groups, asked);
  const agreement = byPoint ? weighed : { ...weighed, similar: similarClaims(groups) };
  const agreements = agreementText(agreement);
  const comparison = { kind: 'text', name: 'what they agree and disagree on', text: agreements } as const;
  const summary = await chairSummary(context, run, [...answersShown(answers), comparison]);
  const uncompared = answers.filter(({ claims }) => claims.length === 0);
  const missing = asked - (answers.length - uncompared.length);
  const settled = claimsAreSettled(agreement, missing);
  const unsummed = [agreements, answersText(uncompared)].filter((section) => section !== '').join('\n\n');
  return {
    ...(summary ?? { text: unsummed }),
    agreement,
    dissent: agreement.dissent,
    complete: settled && byPoint,
    warnings: [
      ...answers.flatMap(({ note }) => note ?? []),
      ...(byPoint ? [] : [notByPoint]),
      ...(summary ? [] : ['no model could write a summary; the claims are listed unchanged']),
      ...(settled
        ? []
        : [
            `${missing} of ${asked} models gave no answer that could be compared, and theirs could have changed the result`,
          ]),
    ],
  };
}

const notByPoint =
  'no model could group the claims; only equal ones were matched, so contradictions and agreement in other words are not found';

function claimsOf(answers: readonly SeatAnswer[]): Claim[] {
  const each = answers.flatMap(({ who, claims }) =>
    [...new Set(claims)].map((claim) => ({ speaker: who, text: claim })),
  );
  return each.map((claim, index) => Object.assign({ id: String(index + 1) }, claim));
}
