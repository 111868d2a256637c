import type { CollectedReply } from '../../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { FinishReason } from '../../../core/wire/stream-part.ts';
import { completionTokens, promptTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { argumentsObject } from '../../tools/parse-arguments.ts';

/** Writes a whole answer. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  let content = '';
  let thinking = '';
  const calls: JsonObject[] = [];
  for (const block of reply.blocks) {
    if (block.type === 'text' || block.type === 'refusal') content += block.text;
    else if (block.type === 'reasoning') thinking += block.text;
    else if (block.type === 'tool-call') calls.push(writeCall(block, calls.length));
  }
  return {
    ...head(context),
    message: {
      role: 'assistant',
      content,
      ...(thinking !== '' && { thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    ...tail(reply.finish?.reason ?? 'other', reply.usage),
  };
}

/** Returns the first fields of every line. */
export function head({ model, createdAt }: ReplyContext): JsonObject {
  return { model, created_at: new Date(createdAt).toISOString() };
}

/** Returns the last fields of the last line. Ollama has only these two finish reasons. */
export function tail(reason: FinishReason, usage: Usage | undefined): JsonObject {
  return {
    done_reason: reason === 'length' ? 'length' : 'stop',
    done: true,
    ...(usage && { prompt_eval_count: promptTokens(usage), eval_count: completionTokens(usage) }),
  };
}

export function writeCall(
  { id, name, arguments: args }: { id: string; name: string; arguments: string },
  index: number,
): JsonObject {
  return { id, function: { index, name, arguments: argumentsObject(args) } };
}
