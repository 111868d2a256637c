import { reserveOnce } from '../panels/reserve-once.ts';
import { requireResults, runPanel } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import { expectedOfPanel, type PanelCalls } from './panel-calls.ts';
import { modelsAsked, seatsOf, type PanelRun } from './panel-run.ts';
import { answerQuestion, seatAnswer, type SeatAnswer } from './seat-answer.ts';

/** What a mode concludes from the answers of its panel. */
export type Conclusion = Omit<ModeOutcome, 'results' | 'requestId' | 'answers'>;

export type AnswerRound = {
  readonly calls: PanelCalls;
  /** Says what is impossible with a single answer, for the warning. */
  readonly ifAlone: string;
  /** Continues with several answers, under the same reservation. */
  readonly conclude: (context: ToolContext, answers: readonly SeatAnswer[]) => Promise<Conclusion>;
};

/** All seats answer the question independently, and the mode draws its conclusion from their answers. */
export async function answerRound(
  context: ToolContext,
  run: PanelRun,
  { calls, ifAlone, conclude }: AnswerRound,
): Promise<ModeOutcome> {
  const expected = expectedOfPanel(run, calls);
  return await reserveOnce(context, { tool: 'consensus', expected }, async (inner, requestId) => {
    const results = await runPanel(inner, {
      members: seatsOf(run),
      work: (seat, own) => seatAnswer(own, seat, answerQuestion(run, seat)),
    });
    const answers = requireResults('consensus', results);
    const conclusion =
      answers.length < 2 ? alone(answers, modelsAsked(run), ifAlone) : await conclude(inner, answers);
    return { results, requestId, answers, ...conclusion };
  });
}

/** A single answer is returned with a warning. */
function alone([only]: readonly SeatAnswer[], asked: number, ifAlone: string): Conclusion {
  return {
    text: only?.text ?? '',
    ...(only && { author: only.model }),
    complete: asked < 2,
    warnings: [`only one model answered: ${ifAlone}`],
  };
}
