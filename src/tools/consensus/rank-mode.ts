import { expertCall } from '../asking/ask-expert.ts';
import { failuresIn, resultsOf } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import {
  aggregateRankings,
  dissentInRanking,
  rankingIsSettled,
  type Ranking,
  type RankingResult,
} from './aggregate-rankings.ts';
import { answerRound, type Conclusion } from './answer-round.ts';
import { chairSummary, type Summary } from './chair-summary.ts';
import { judgeAnswers, rankQuestion } from './judge-answers.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import type { PanelCalls } from './panel-calls.ts';
import { modelsAsked, type PanelRun } from './panel-run.ts';
import { rankingText } from './ranking-text.ts';
import { answerQuestion, answersShown, answersText, longestAnswer, type SeatAnswer } from './seat-answer.ts';

/** Every seat answers and judges; the chair sums up. */
export function rankCalls(context: ToolContext): PanelCalls {
  const judging = (run: PanelRun, model: string) => ({
    question: expertCall(context, rankQuestion(run, model, [])),
    furtherTokens: run.panel.seats.length * longestAnswer,
  });
  return {
    total: (seats) => 2 * seats + 1,
    ofSeat: (run, seat) => [
      { question: expertCall(context, answerQuestion(run, seat)) },
      judging(run, seat.model),
    ],
    ofChair: (run) => [judging(run, run.panel.synthesiser.id)],
  };
}

/** All seats answer; then each ranks the answers of the others, and the chair sums up. */
export function rankMode(context: ToolContext, run: PanelRun): Promise<ModeOutcome> {
  return answerRound(context, run, {
    calls: rankCalls(context),
    ifAlone: 'nothing to rank',
    async conclude(inner, answers) {
      const judged = await judgeAnswers(inner, run, answers);
      const rankings = resultsOf(judged);
      const failed = failuresIn(judged);
      const conclusion =
        rankings.length === 0
          ? await unranked(inner, run, answers)
          : await rankedBy(inner, run, { answers, rankings, unjudged: failed.length });
      const notes = failed.map(({ who, error }) => `${who} did not rank the answers: ${error}`);
      return { ...conclusion, warnings: [...notes, ...conclusion.warnings] };
    },
  });
}

async function unranked(
  context: ToolContext,
  run: PanelRun,
  answers: readonly SeatAnswer[],
): Promise<Conclusion> {
  const summary = await chairSummary(context, run, answersShown(answers));
  return {
    ...(summary ?? { text: answersText(answers) }),
    complete: false,
    warnings: ['the answers are not ranked', ...noSummary(summary, 'all answers are')],
  };
}

async function rankedBy(
  context: ToolContext,
  run: PanelRun,
  {
    answers,
    rankings,
    unjudged,
  }: {
    readonly answers: readonly SeatAnswer[];
    readonly rankings: readonly Ranking[];
    /** The number of judges whose ranking is missing. */
    readonly unjudged: number;
  },
): Promise<Conclusion> {
  const candidates = answers.map(({ who }) => who);
  const ranking = aggregateRankings(candidates, rankings);
  const dissent = dissentInRanking(ranking, rankings);
  const text = rankingText(ranking, dissent);
  const standings = { kind: 'text', name: 'how the panel ranked the answers', text } as const;
  const summary = await chairSummary(context, run, [...answersShown(answers), standings]);
  const silent = modelsAsked(run) - answers.length;
  const complete = rankingIsSettled(ranking, silent + unjudged);
  return {
    ...(summary ?? best(ranking, answers) ?? { text: '' }),
    ranking,
    dissent,
    complete,
    warnings: [
      ...(complete ? [] : ['the rankings that are missing could have changed which answer is first']),
      ...noSummary(summary, 'the best answer is'),
    ],
  };
}

function noSummary(summary: Summary | undefined, shown: string): string[] {
  return summary === undefined ? [`the chair could not write a summary; ${shown} shown instead`] : [];
}

function best({ standings }: RankingResult, answers: readonly SeatAnswer[]): Summary | undefined {
  const first = standings[0]?.candidate;
  const answer = answers.find(({ who }) => who === first);
  return answer && { text: answer.text, author: answer.model };
}
