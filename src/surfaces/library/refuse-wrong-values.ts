import { z } from 'zod';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { pointedIssue } from '../../core/json/pointed-issue.ts';

/** Records, so that the compiler reports a missing value when the type gains one. */
const kindsOfParts: Record<ContentPart['type'], true> = {
  text: true,
  image: true,
  document: true,
  audio: true,
  reasoning: true,
  'tool-call': true,
  'tool-result': true,
  refusal: true,
  opaque: true,
};
const roles: Record<Message['role'], true> = { system: true, user: true, assistant: true };

const part = z.looseObject({ type: oneOf(kindsOfParts) });

const values = z.looseObject({
  prompt: z.string().optional(),
  system: z.string().optional(),
  model: z.string().optional(),
  messages: z
    .array(z.looseObject({ role: oneOf(roles), content: z.union([z.string(), z.array(part)]) }))
    .min(1)
    .optional(),
  tags: z.array(z.string()).optional(),
  limits: z
    .looseObject({ maxCostUsd: z.number().positive(), maxLatencyMs: z.number().positive() })
    .partial()
    .optional(),
  temperature: z.number().optional(),
  topP: z.number().optional(),
  maxOutputTokens: z.number().int().positive().optional(),
});

/**
 * Rejects invalid values of a plain question from untyped programs: a content part of another API must not be ignored.
 * @throws ConclaveError `invalid_request` naming the place.
 */
export function refuseWrongValues(request: object): void {
  const issue = values.safeParse(request).error?.issues[0];
  if (!issue) return;
  const deepest = pointedIssue(issue);
  const path = deepest.path.map(String).join('.');
  throw new ConclaveError('invalid_request', `${path}: ${deepest.message}`, { param: path });
}

function oneOf(words: Readonly<Record<string, true>>) {
  const known = Object.keys(words);
  return z.enum(known, {
    error: ({ input }) =>
      typeof input === 'string'
        ? `there is no "${input}"; ${didYouMean(input, known)}`
        : `there is no ${typeof input}; known: ${known.join(', ')}`,
  });
}
