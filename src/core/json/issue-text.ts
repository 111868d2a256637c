import type { z } from 'zod';

/** Says what is wrong with a value, to follow its name: our own wording for common issues, otherwise the schema's. */
export function issueText(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return issue.input === undefined && /undefined/.test(issue.message)
        ? `is required: ${articleOf(issue.expected)}`
        : `must be ${articleOf(issue.expected)}`;
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int')
        return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
      return issue.minimum === 1 ? 'is empty' : `must have at least ${issue.minimum} ${unitOf(issue.origin)}`;
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int')
        return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
      return `must have at most ${issue.maximum} ${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join('|')}`;
    case 'unrecognized_keys':
      return `has no "${issue.keys.join('", "')}"`;
    default:
      return issue?.message ?? 'cannot be read';
  }
}

function unitOf(origin: string): string {
  return origin === 'string' ? 'characters' : 'entries';
}

function articleOf(type: string): string {
  if (type === 'array') return 'a list';
  if (type === 'boolean') return 'true or false';
  return type === 'int' ? 'a whole number' : `${/^[aeio]/i.test(type) ? 'an' : 'a'} ${type}`;
}
