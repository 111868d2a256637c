import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { App } from '../../../app.ts';
import { asConclaveError } from '../../../core/errors.ts';
import { isAtLeast, severities, type Finding, type Severity } from '../../../core/finding.ts';
import { exitCodeFor } from '../output/exit-codes.ts';
import { printableText } from '../output/printable.ts';

const formats = ['text', 'json', 'sarif', 'github'] as const;

export type ReviewOptions = {
  readonly format?: (typeof formats)[number];
  readonly failOn?: Severity;
  readonly json?: boolean;
};

/** Adds the options for how issues are printed and which of them make the command fail. */
export function addReviewOptions(command: Command): void {
  command
    .addOption(new Option('--format <format>', 'how to print the issues').choices(formats).default('text'))
    .addOption(new Option('--json', 'the same as --format json'))
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit 1 from this severity on; if given, simulated models review only with --simulate',
      )
        .choices(severities)
        .default('high'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 clean; 1 issues at or above --fail-on; 2 usage; 3 not reviewed, or not all of it: no\nmodel could, or the repository may not be read.',
    );
}

/** Prints a review; the process exits with 1 if an issue is at least as severe as `--fail-on`. */
export function writeReview(
  app: Pick<App, 'tools'>,
  { text, data }: { readonly text: string; readonly data: unknown },
  { format = 'text', json, failOn = 'high' }: ReviewOptions,
): void {
  const issues = issuesOf(data);
  const shown = json === true ? 'json' : format;
  if (shown === 'text') process.stdout.write(`${printableText(text)}\n`);
  else if (shown === 'json') process.stdout.write(`${JSON.stringify(data)}\n`);
  else {
    const formatted = app.tools.formatFindings(issues, shown);
    if (formatted !== '') process.stdout.write(`${formatted}\n`);
    process.stderr.write(pc.dim(`${printableText(text.split('\n').at(-1) ?? '')}\n`));
  }
  const failing = issues.some(({ severity }) => isAtLeast(severity, failOn));
  process.exitCode = failing ? 1 : isComplete(data) ? 0 : 3;
}

/**
 * Exits with 3 if the review could not be made: exit code 1 means that there are issues. So it does if the repository,
 * which the caller has not named, may not be read.
 */
export async function exitingWithThree(review: () => Promise<void>): Promise<void> {
  try {
    await review();
  } catch (thrown) {
    const error = asConclaveError(thrown);
    const mayNotRead = error.code === 'permission' && error.details.param === undefined;
    if (mayNotRead || (error.code !== 'cancelled' && exitCodeFor(error.code) === 1)) process.exitCode = 3;
    throw error;
  }
}

// Every review tool's output schema has these members; a test reads each of them.
function isComplete(data: unknown): boolean {
  return (data as { readonly complete: boolean }).complete;
}

function issuesOf(data: unknown): readonly Finding[] {
  return (data as { readonly issues: readonly Finding[] }).issues;
}
