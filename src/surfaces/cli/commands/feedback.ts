import { Command } from 'commander';
import { feedbackScore } from '../../feedback-score.ts';
import type { SharedOptions } from '../input/app-options.ts';
import { jsonOption, report } from '../output/report.ts';

export function feedbackCommand(): Command {
  return new Command('feedback')
    .description('rate an answer; the router learns from it')
    .argument('<request-id>', 'request id from the line below the answer')
    .argument('<score>', 'good, bad, or a number from 0 to 1')
    .option('--config <file>', 'configuration')
    .addOption(jsonOption())
    .action(
      async (requestId: string, rating: string, options: SharedOptions & { readonly json?: boolean }) => {
        const score = feedbackScore(rating);
        await report({ ...options, offline: true }, async (app) => {
          // This machine's owner may rate every call in its ledger.
          await app.router.feedback({
            requestId,
            score,
            principal: { ...(await app.keys.localPrincipal()), admin: true },
          });
          return { data: { requestId, score }, text: `${requestId} was worth ${score} of 1` };
        });
      },
    );
}
