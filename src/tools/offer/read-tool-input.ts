import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
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
  throw new ConclaveError('invalid_request', `${name}: ${param || 'arguments'}: ${problemOf(issue)}.`, {
    param,
  });
}

/** Our own wording for common issues, otherwise the schema's. */
function problemOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return issue.input === undefined && /undefined/.test(issue.message)
        ? `is required: ${articleOf(issue.expected)}`
        : `must be ${articleOf(issue.expected)}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'is empty'
        : `must be at least ${issue.minimum}${issue.origin === 'array' ? ' entries' : ''}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join('|')}`;
    case 'unrecognized_keys':
      return `has no "${issue.keys.join('", "')}"`;
    default:
      return issue?.message ?? 'cannot be read';
  }
}

function articleOf(type: string): string {
  if (type === 'array') return 'a list';
  if (type === 'boolean') return 'true or false';
  return type === 'int' ? 'a whole number' : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function unknownArgument(tool: string, argument: string, known: readonly string[]): ConclaveError {
  const message = `${tool} has no argument "${argument}"; ${didYouMean(argument, known)}`;
  return new ConclaveError('invalid_request', message, { param: argument });
}

function argumentsOf(input: z.ZodType): string[] {
  return input instanceof z.ZodObject ? Object.keys(input.shape) : [];
}
