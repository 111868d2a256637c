import { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import { ConclaveError } from '../../../core/errors.ts';
import type { Tool } from '../../../tools/offer/tool.ts';
import { runTool } from '../../run-tool.ts';
import { withApp, withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { printable, printableText } from '../output/printable.ts';
import { jsonOption, printReport } from '../output/report.ts';
import { stoppable } from '../process/stoppable.ts';
import { argumentOptions, textFrom, type ArgumentOption } from './argument-options.ts';
import { addHookOptions, changeHook, type HookOptions } from './hook-options.ts';
import { addReviewOptions, exitingWithThree, writeReview, type ReviewOptions } from './review-output.ts';

/** Tools whose command has a shorter name; the tool's full name also works. */
const commandNames: Readonly<Record<string, string>> = { codereview: 'review', thinkdeep: 'think' };

/** Arguments that may be long: `-` reads standard input, `@path` a file. */
const longTexts = new Set(['prompt', 'diff', 'step', 'findings']);

type Given = SharedOptions &
  ReviewOptions &
  HookOptions &
  Readonly<Record<string, unknown>> & { readonly json?: boolean };

/** Returns a tool as a command: same arguments as over MCP, answer on standard output, progress on standard error. */
export function toolCommand(tool: Tool): Command {
  const schema = z.toJSONSchema(tool.input, { io: 'input' });
  const [prompt, options] = partPrompt(argumentOptions(tool.name, schema));
  const name = commandNames[tool.name] ?? tool.name;
  const command = withAppOptions(new Command(name)).description(tool.description).summary(summaryOf(tool));
  if (name !== tool.name) command.alias(tool.name);
  if (prompt) command.argument('[prompt...]', 'the prompt; - reads standard input, @path a file');
  for (const { option, negative } of options) {
    command.addOption(option);
    if (negative) command.addOption(negative);
  }
  const reviews = isReview(tool);
  if (tool.name === 'precommit') addHookOptions(command);
  if (lists(tool, 'sources'))
    command.addHelpText('after', '\nExit code 1: there is no answer, or it cites no page that was read.');
  if (reviews) addReviewOptions(command);
  else command.addOption(jsonOption());
  return command.action(async (...args: unknown[]) => {
    const words = prompt ? args[0] : [];
    const given = command.opts<Given>();
    if (given.install || given.uninstall) return changeHook(command, Array.isArray(words) ? words : []);
    const written = await argumentsFrom(options, given);
    if (Array.isArray(words)) refuseStrayAnswer(words, options, given);
    if (Array.isArray(words) && words.length > 0) written['prompt'] = await textFrom(words.join(' '));
    const run = () =>
      withApp(isGate(command) ? { simulate: false, ...given } : given, async (app) => {
        const { text, data } = await stoppable((signal) =>
          runTool(app, tool, written, {
            surface: 'cli',
            signal,
            progress: (message) => process.stderr.write(pc.dim(`${printable(message)}\n`)),
          }),
        );
        if (reviews) return writeReview(app, { text, data }, given);
        printReport(given, { data, text: printableText(text) });
        if (readNoPage(data)) process.exitCode = 1;
      });
    await (reviews ? exitingWithThree(run) : run());
  });
}

/** Returns the first sentence of the description, written like the other commands' in the list of the help. */
function summaryOf({ description }: Tool): string {
  const [first = description] = description.split('. ');
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`.replace(/\.$/, '');
}

function partPrompt(options: readonly ArgumentOption[]): [ArgumentOption | undefined, ArgumentOption[]] {
  const prompt = options.find(({ argument }) => argument === 'prompt');
  return [prompt, options.filter((option) => option !== prompt)];
}

async function argumentsFrom(
  options: readonly ArgumentOption[],
  given: Given,
): Promise<Record<string, unknown>> {
  const written: Record<string, unknown> = {};
  for (const { argument, option, read } of options) {
    const value = given[option.attributeName()];
    if (value === undefined) continue;
    written[argument] =
      longTexts.has(argument) && typeof value === 'string' ? await textFrom(value) : read(value);
  }
  return written;
}

/** Rejects `--verify false`, which Commander reads as a flag and the first word of a prompt. */
function refuseStrayAnswer(
  words: readonly unknown[],
  options: readonly ArgumentOption[],
  given: Given,
): void {
  const [word] = words;
  if (word !== 'true' && word !== 'false') return;
  const flag = options.find(
    ({ negative, option }) => negative && given[option.attributeName()] !== undefined,
  );
  if (!flag) return;
  const name = flag.argument.replaceAll('_', '-');
  const message = `--${name} does not accept "${word}": write --${name} or --no-${name}, and a prompt of that one word in quotes with more.`;
  throw new ConclaveError('invalid_request', message, { param: flag.argument });
}

/** A check that others rely on must not pass because simulated models found nothing. */
function isGate(command: Command): boolean {
  return command.getOptionValueSource('failOn') === 'cli';
}

function isReview(tool: Tool): boolean {
  return lists(tool, 'issues') && lists(tool, 'hidden');
}

function lists({ output }: Tool, member: string): boolean {
  return output instanceof z.ZodObject && member in output.shape;
}

/** An answer from the model's memory is not a success for a script that wanted a lookup. */
function readNoPage(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('sources' in data)) return false;
  return Array.isArray(data.sources) && data.sources.length === 0;
}
