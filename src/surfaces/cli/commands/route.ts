import { Command, Option } from 'commander';
import type { Preview } from '../../../core/routing/decision/preview.ts';
import { taskTypes, type TaskType } from '../../../core/task.ts';
import { nanoToJson, type NanoUsd, dollarText } from '../../../core/units.ts';
import { withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { collected } from '../input/collected.ts';
import { printable } from '../output/printable.ts';
import { priceLimit } from '../input/price-limit.ts';
import { promptWithFiles } from '../input/prompt-with-files.ts';
import { jsonOption, report } from '../output/report.ts';
import { table } from '../output/table.ts';

type RouteOptions = SharedOptions & {
  readonly model: string;
  readonly file?: readonly string[];
  readonly task?: TaskType;
  readonly tag?: readonly string[];
  readonly maxCostUsd?: string;
  readonly json?: boolean;
};

export function routeCommand(): Command {
  return withAppOptions(new Command('route'))
    .description('show where a prompt would go and why; no model is called and nothing is spent')
    .argument('[prompt...]', 'the prompt; standard input is appended to it')
    .option('-m, --model <model>', 'model id, alias, auto:<tier> or cascade', 'auto')
    .option('-f, --file <path...>', 'files to append to the prompt; write the prompt before this option')
    .addOption(new Option('--task <type>', 'the type of task').choices(taskTypes))
    .option('--tag <tag>', 'a tag; repeatable', collected)
    .option('--max-cost-usd <usd>', 'exclude models that may cost more')
    .addOption(jsonOption())
    .action(async (words: string[], options: RouteOptions) => {
      const prompt = await promptWithFiles(words, options.file ?? []);
      await report(options, async (app) => {
        const preview = await app.router.preview({
          surface: 'cli',
          ...(options.task && { task: options.task }),
          tags: options.tag ?? [],
          limits: priceLimit(options.maxCostUsd),
          request: {
            model: options.model,
            stream: false,
            messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
          },
        });
        return { data: previewJson(preview), text: previewText(preview) };
      });
    });
}

const maxShown = 8;

/** Formats a decision as text. */
export function previewText({
  decision,
  steps,
  reserved,
  inputTokens,
  outputTokens,
  warnings,
  refused,
  simulated,
}: Preview): string {
  const [first] = steps;
  const head = [
    `goes to      ${first?.[0]?.model ?? 'no model'}${simulated ? ' (simulated)' : ''}`,
    `why          ${decision.reason} [policy ${decision.policy}]`,
    `tokens       about ${inputTokens} in and ${outputTokens} out; reserves ${dollarText(reserved)}`,
    ...(refused ? [`refused      ${refused.message}`] : []),
    ...warnings.map((warning) => `warning      ${warning}`),
  ].map(printable);
  const candidates = steps.map((step, at) => {
    const rows = step
      .slice(0, maxShown)
      .map(({ model, deployment, healthy, hasRoom, estimate }, place) => [
        String(place + 1),
        printable(model),
        printable(deployment),
        dollars(estimate),
        healthy ? (hasRoom ? '' : 'at its limit') : 'benched',
      ]);
    const more = step.length > maxShown ? `\nand ${step.length - maxShown} more` : '';
    return (
      table(['#', steps.length > 1 ? `step ${at + 1}` : 'candidate', 'deployment', 'about', ''], rows) + more
    );
  });
  const out = decision.ruledOut
    .slice(0, maxShown)
    .map(({ model, reason }) => printable(`  ${model}: ${reason}`));
  const rest = decision.ruledOut.length - out.length;
  const ruledOut =
    out.length === 0 ? [] : [['ruled out', ...out, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n')];
  return [head.join('\n'), ...candidates, ...ruledOut].join('\n\n');
}

function previewJson({ reserved, steps, ...preview }: Preview) {
  return {
    ...preview,
    reservedNanoUsd: nanoToJson(reserved),
    steps: steps.map((step) =>
      step.map(({ estimate, ...candidate }) => ({
        ...candidate,
        ...(estimate !== undefined && { estimateNanoUsd: nanoToJson(estimate) }),
      })),
    ),
  };
}

function dollars(estimate: NanoUsd | undefined): string {
  return estimate === undefined ? 'unknown' : dollarText(estimate);
}
