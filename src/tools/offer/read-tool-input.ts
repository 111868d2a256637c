import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { issueText } from '../../core/json/issue-text.ts';
import { pointedIssue } from '../../core/json/pointed-issue.ts';
import type { Tool } from './tool.ts';

/**
 * Validates a tool's input and fills in defaults.
 * @throws ConclaveError `invalid_request` that names the argument, with the nearest known name for an unknown one.
 */
export function readToolInput<Input extends z.ZodType>(
  { name, input }: Pick<Tool<Input>, 'name' | 'input'>,
  written: unknown,
): z.output<Input> {
  const read = input.safeParse(written ?? {});
  if (read.success) return read.data;
  // A misspelt argument also appears as a missing one; reporting the unknown name is more helpful.
  const issues = read.error.issues.map(pointedIssue);
  const unknown = issues.find(({ code, path }) => code === 'unrecognized_keys' && path.length === 0);
  if (unknown?.code === 'unrecognized_keys') {
    throw unknownArgument(name, unknown.keys[0] ?? '', argumentsOf(input));
  }
  const [issue] = issues;
  const param = issue?.path.map(String).join('.') ?? '';
  throw new ConclaveError('invalid_request', `${name}: ${param || 'arguments'}: ${issueText(issue)}.`, {
    param,
  });
}

function unknownArgument(tool: string, argument: string, known: readonly string[]): ConclaveError {
  const message = `${tool} has no argument "${argument}"; ${didYouMean(argument, known)}`;
  return new ConclaveError('invalid_request', message, { param: argument });
}

function argumentsOf(input: z.ZodType): string[] {
  return input instanceof z.ZodObject ? Object.keys(input.shape) : [];
}
