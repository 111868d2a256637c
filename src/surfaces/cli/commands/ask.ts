import { Command, Option } from 'commander';
import pc from 'picocolors';
import { ConclaveError } from '../../../core/errors.ts';
import { taskTypes, type TaskType } from '../../../core/task.ts';
import { nanoToJson, usdText } from '../../../core/units.ts';
import { readAnswerCheck } from '../../answer-check.ts';
import { withApp, withAppOptions, type SharedOptions } from '../app-options.ts';
import { printable } from '../printable.ts';
import { promptWithFiles, readAttached } from '../prompt-with-files.ts';

type AskOptions = SharedOptions & {
  readonly model?: string;
  readonly system?: string;
  readonly file?: readonly string[];
  readonly task?: TaskType;
  readonly tag?: readonly string[];
  readonly maxCostUsd?: string;
  readonly checkRegex?: string;
  readonly checkSchema?: string;
  readonly checkCommand?: readonly string[];
  readonly json?: boolean;
};

export function askCommand(): Command {
  return withAppOptions(new Command('ask'))
    .description('ask a model; the answer goes to standard output, what it cost to standard error')
    .argument('[prompt...]', 'the question; standard input is added to it')
    .option('-m, --model <model>', 'model id, alias or auto:<tier> (default: routing.default)')
    .option('-s, --system <text>', 'instructions above the question')
    .option('-f, --file <path...>', 'files to add to the question')
    .addOption(new Option('--task <type>', 'what the question is for').choices(taskTypes))
    .option('--tag <tag...>', 'tags for the ledger')
    .option('--max-cost-usd <usd>', 'refuse models that may cost more')
    .option('--check-regex <pattern>', 'what an answer of a cascade must match')
    .option('--check-schema <file>', 'the JSON Schema that it must satisfy')
    .option('--check-command <word...>', 'a program that reads it and ends with 0 where it is good')
    .option('--json', 'print one JSON object instead')
    .action(async (words: string[], options: AskOptions) => {
      const prompt = await promptWithFiles(words, options.file ?? []);
      const check = await checkOf(options);
      await withApp(options, async (app) => {
        const stop = new AbortController();
        process.once('SIGINT', () => stop.abort());
        const answer = await app.streamText({
          surface: 'cli',
          signal: stop.signal,
          ...(options.task && { task: options.task }),
          tags: options.tag ?? [],
          limits: limitsOf(options),
          ...(check && { check }),
          request: {
            model: options.model ?? app.config.routing.default,
            stream: true,
            messages: [
              ...(options.system
                ? [{ role: 'system', content: [{ type: 'text', text: options.system }] } as const]
                : []),
              { role: 'user', content: [{ type: 'text', text: prompt }] },
            ],
          },
        });
        await print(answer, options.json === true);
      });
    });
}

type StreamedText = Awaited<ReturnType<import('../../../app.ts').App['streamText']>>;

async function print(answer: StreamedText, asJson: boolean): Promise<void> {
  const startedAt = performance.now();
  let whole = '';
  for await (const piece of answer.text) {
    whole += piece;
    if (!asJson) process.stdout.write(piece);
  }
  const outcome = await answer.settled;
  if (asJson) {
    const { cost, frontierCost, ...rest } = outcome;
    const json = {
      text: whole,
      ...rest,
      ...(cost !== undefined && { costNanoUsd: nanoToJson(cost) }),
      ...(frontierCost !== undefined && { frontierNanoUsd: nanoToJson(frontierCost) }),
    };
    process.stdout.write(`${JSON.stringify(json)}\n`);
    return;
  }
  process.stdout.write('\n');
  const cost = outcome.cost === undefined ? 'price unknown' : `$${usdText(outcome.cost)}`;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const marks = outcome.simulated ? ' (simulated)' : '';
  process.stderr.write(
    pc.dim(`${printable(outcome.model ?? '')} · ${cost}${marks} · ${seconds} s · ${outcome.requestId}\n`),
  );
  for (const warning of outcome.warnings) process.stderr.write(pc.yellow(`warning: ${printable(warning)}\n`));
}

async function checkOf({ checkRegex, checkSchema, checkCommand }: AskOptions) {
  const read = (written: object, where: string) => readAnswerCheck(written, { where, commands: true });
  if (checkRegex !== undefined) return read({ regex: checkRegex }, '--check-regex');
  if (checkCommand !== undefined) return read({ command: checkCommand }, '--check-command');
  if (checkSchema === undefined) return undefined;
  const text = await readAttached(checkSchema, '--check-schema');
  try {
    return read({ schema: JSON.parse(text) }, '--check-schema');
  } catch (cause) {
    throw new ConclaveError('invalid_request', `--check-schema ${checkSchema} is not a JSON Schema.`, {
      cause,
    });
  }
}

function limitsOf({ maxCostUsd }: AskOptions) {
  if (maxCostUsd === undefined) return {};
  const value = Number(maxCostUsd);
  if (!(value > 0))
    throw new ConclaveError(
      'invalid_request',
      `--max-cost-usd "${maxCostUsd}" is no positive number of dollars.`,
    );
  return { maxCostUsd: value };
}
