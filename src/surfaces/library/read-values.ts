import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { pointedIssue } from '../../core/json/pointed-issue.ts';

export const abortSignal = z.instanceof(AbortSignal, { error: 'expected an AbortSignal' });

/**
 * Reads values from an untyped program.
 * @throws ConclaveError `invalid_request` naming the place.
 */
export function readValues<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (!issue) throw read.error;
  const deepest = pointedIssue(issue);
  const path = deepest.path.map(String).join('.');
  const message = path === '' ? deepest.message : `${path}: ${deepest.message}`;
  throw new ConclaveError('invalid_request', message, { param: path });
}
