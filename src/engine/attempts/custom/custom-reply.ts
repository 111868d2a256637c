import { z } from 'zod';
import { ConclaveError } from '../../../core/errors.ts';
import { issueText } from '../../../core/json/issue-text.ts';
import { pointedIssue } from '../../../core/json/pointed-issue.ts';

const toolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
const tokens = z.number().min(0);
const usage = z.object({ inputTokens: tokens, outputTokens: tokens });
const finishReason = z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'other']);

const response = z.object({
  text: z.string(),
  toolCalls: z.array(toolCall).nullish(),
  finishReason: finishReason.nullish(),
  usage: usage.nullish(),
});

const chunk = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('tool-call'), call: toolCall }),
  z.object({ type: z.literal('usage'), usage }),
  z.object({ type: z.literal('finish'), reason: finishReason }),
]);

/** A custom provider's whole answer, checked. */
export type CustomResponse = z.output<typeof response>;

/** A piece of a custom provider's streamed answer, checked. */
export type CustomChunk = z.output<typeof chunk>;

/** Checks what `chat` returned. @throws ConclaveError `provider_invalid_reply` naming the wrong member. */
export function readCustomResponse(value: unknown, provider: string): CustomResponse {
  return read(response, value, `${provider} returned a wrong answer from chat`);
}

/** Checks a piece of a stream. @throws ConclaveError `provider_invalid_reply` naming the wrong member. */
export function readCustomChunk(value: unknown, provider: string): CustomChunk {
  return read(chunk, value, `${provider} yielded a wrong chunk from stream`);
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown, wrong: string): z.output<Schema> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  if (!issue) throw checked.error;
  const pointed = pointedIssue(issue);
  const place = pointed.path.map(String).join('.') || 'it';
  throw new ConclaveError('provider_invalid_reply', `${wrong}: ${place} ${issueText(pointed)}.`, {
    cause: checked.error,
  });
}
