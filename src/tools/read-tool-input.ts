import { z } from 'zod';
import { ConclaveError } from '../core/errors.ts';
import { nearestNames } from '../core/nearest-names.ts';
import { pointedIssue } from '../core/pointed-issue.ts';
import type { Tool } from './tool.ts';

/**
 * What somebody wrote for a tool, checked and completed with its defaults.
 * @throws ConclaveError `invalid_request` that names the argument, and the nearest known one for an unknown.
 */
export function readToolInput<Input extends z.ZodType>(
  { name, input }: Pick<Tool<Input>, 'name' | 'input'>,
  written: unknown,
): z.output<Input> {
  const read = input.safeParse(written ?? {});
  if (read.success) return read.data;
  // A misspelt argument is also a missing one: its name says more.
  const issues = read.error.issues.map(pointedIssue);
  const unknown = issues.find(({ code, path }) => code === 'unrecognized_keys' && path.length === 0);
  if (unknown?.code === 'unrecognized_keys') {
    throw unknownArgument(name, unknown.keys[0] ?? '', argumentsOf(input));
  }
  const [issue] = issues;
  const param = issue?.path.map(String).join('.') ?? '';
  throw new ConclaveError('invalid_request', `${name}: ${param || 'arguments'}: ${issue?.message}.`, {
    param,
  });
}

function unknownArgument(tool: string, argument: string, known: readonly string[]): ConclaveError {
  const [nearest] = nearestNames(argument, known, 1);
  const hint = nearest ? `did you mean "${nearest}"?` : `it takes ${known.join(', ')}.`;
  return new ConclaveError('invalid_request', `${tool} has no argument "${argument}"; ${hint}`, {
    param: argument,
  });
}

function argumentsOf(input: z.ZodType): string[] {
  return input instanceof z.ZodObject ? Object.keys(input.shape) : [];
}
