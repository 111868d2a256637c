import { type NanoUsd, dollarText } from '../../core/units.ts';
import type { Answer } from '../../engine/ask.ts';
import type { ToolContext, ToolQuestion } from './tool.ts';

/**
 * Reports after every step of a run what is happening, which models are pending, how many answered and what was spent.
 */
export type RunProgress = {
  readonly progress: ToolContext['progress'];
  /** Runs one call and reports its beginning and end. */
  follow(question: ToolQuestion, run: () => Promise<Answer>): Promise<Answer>;
};

/** Creates the progress of one tool run. `report` receives one short line per step. */
export function runProgress(report: (line: string) => void): RunProgress {
  const awaited: string[] = [];
  let doing = '';
  let begun = 0;
  let answered = 0;
  let failed = 0;
  let cost: NanoUsd = 0n;
  let unknown = false;
  let simulated = false;

  const line = () =>
    [
      doing,
      awaited.length > 0 && `waiting for ${awaited.join(', ')}`,
      begun > 0 && `${answered} of ${begun} answered${failed > 0 ? `, ${failed} failed` : ''}`,
      begun > 0 &&
        `${dollarText(cost)}${simulated ? ' (simulated)' : ''}${unknown ? ' and unknown prices' : ''} so far`,
    ]
      .filter(Boolean)
      .join(' · ');

  return {
    progress(message) {
      doing = message;
      report(line());
    },
    async follow({ request: { model } }, run) {
      begun += 1;
      awaited.push(model);
      report(line());
      try {
        const answer = await run();
        answered += 1;
        simulated ||= answer.receipt.simulated;
        if (answer.receipt.cost === undefined) unknown = true;
        else cost += answer.receipt.cost;
        return answer;
      } catch (error) {
        failed += 1;
        throw error;
      } finally {
        awaited.splice(awaited.indexOf(model), 1);
        report(line());
      }
    },
  };
}
