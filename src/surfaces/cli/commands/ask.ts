import { Command, Option } from 'commander';
import type { AnswerCheck } from '../../../core/routing/acceptance/acceptance.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { taskTypes, type TaskType } from '../../../core/task.ts';
import { readAnswerCheck } from '../../answer-check.ts';
import { withApp, withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { collected } from '../input/collected.ts';
import { priceLimit } from '../input/price-limit.ts';
import { printAnswer, printJsonAnswer } from '../output/print-answer.ts';
import { promptWithFiles } from '../input/prompt-with-files.ts';
import { readTextFile } from '../input/read-text.ts';
import { jsonOption } from '../output/report.ts';
import { stoppable } from '../process/stoppable.ts';
import { splitWords } from '../input/split-words.ts';

type AskOptions = SharedOptions & {
  readonly model?: string;
  readonly system?: string;
  readonly file?: readonly string[];
  readonly task?: TaskType;
  readonly tag?: readonly string[];
  readonly maxCostUsd?: string;
  readonly checkRegex?: string;
  readonly checkSchema?: string;
  readonly checkCommand?: string;
  readonly verify?: boolean;
  readonly json?: boolean;
};

export function askCommand(): Command {
  return withAppOptions(new Command('ask'))
    .description('ask a model; the answer goes to standard output, its cost to standard error')
    .argument('[prompt...]', 'the prompt; standard input is appended to it')
    .option('-m, --model <model>', 'model id, alias or auto:<tier> (default: routing.default)')
    .option('-s, --system <text>', 'system prompt')
    .option('-f, --file <path...>', 'files to append to the prompt; write the prompt before this option')
    .addOption(new Option('--task <type>', 'the type of task').choices(taskTypes))
    .option('--tag <tag>', 'a tag for the ledger; repeatable', collected)
    .option('--max-cost-usd <usd>', 'exclude models that may cost more')
    .option(
      '--check-regex <pattern>',
      'regular expression that the answer must match; a cascade goes on until an answer matches',
    )
    .option('--check-schema <file>', 'JSON Schema that the answer must satisfy')
    .option(
      '--check-command <command>',
      'program with arguments, in quotes, that reads the answer on standard input and exits with 0 if it is good; if the answer fails a check, the exit code is 1',
    )
    .option(
      '--verify',
      'have a model of another family check the claims of the answer; implied by --tag stakes:high',
    )
    .addOption(jsonOption())
    .action(async (words: string[], options: AskOptions) => {
      const prompt = await promptWithFiles(words, options.file ?? []);
      const check = await checkOf(options);
      await withApp(options, (app) =>
        stoppable(async (signal) => {
          const question = {
            surface: 'cli',
            signal,
            tags: options.tag ?? [],
            traceId: app.newId('trace'),
            principal: await app.keys.localPrincipal(),
            ...(options.task && { task: options.task }),
            limits: priceLimit(options.maxCostUsd),
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
          } as const;
          const verification = app.calls.prepareVerification(question, {
            wanted: options.verify === true,
            shownAfterStream: true,
          });
          const print = options.json === true ? printJsonAnswer : printAnswer;
          await print(await app.calls.streamText(question), verification);
        }),
      );
    });
}

/** All given checks apply. */
async function checkOf({
  checkRegex,
  checkSchema,
  checkCommand,
}: AskOptions): Promise<AnswerCheck | undefined> {
  const read = (written: object, where: string) => readAnswerCheck(written, { where, commands: true });
  const checks = [
    ...(checkRegex === undefined ? [] : [read({ regex: checkRegex }, '--check-regex')]),
    ...(checkSchema === undefined ? [] : [read({ schema: await schemaIn(checkSchema) }, '--check-schema')]),
    ...(checkCommand === undefined
      ? []
      : [read({ command: splitWords(checkCommand, '--check-command') }, '--check-command')]),
  ];
  return checks.length > 1 ? { kind: 'all', checks } : checks[0];
}

async function schemaIn(path: string): Promise<unknown> {
  const text = await readTextFile(path, `--check-schema ${path}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConclaveError('invalid_request', `--check-schema ${path} is not a JSON Schema.`, { cause });
  }
}
