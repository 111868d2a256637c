import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { listOf, objectOf, textOf } from '../read-json.ts';
import type { Reply, ReplyPart } from '../replied.ts';
import { seal } from '../signature.ts';
import { calledAs } from './openai-responses-tools.ts';

type Status = 'in_progress' | 'completed' | 'incomplete';

export function finalStatus({ finish }: Reply): Status {
  return finish === 'length' || finish === 'refusal' ? 'incomplete' : 'completed';
}

export function responseId({ digest }: Reply): string {
  return `resp_sim${digest.slice(0, 32)}`;
}

/** Returns the response object, which echoes members of the request. */
export function envelope(reply: Reply, status: Status, output: readonly JsonObject[]): JsonObject {
  const { body } = reply;
  const reasons = { length: 'max_output_tokens', refusal: 'content_filter' } as const;
  const reason = reply.finish === 'length' || reply.finish === 'refusal' ? reasons[reply.finish] : undefined;
  return {
    id: responseId(reply),
    object: 'response',
    created_at: Math.floor(reply.createdAt / 1000),
    status,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' && reason ? { reason } : null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    metadata: body['metadata'] ?? {},
    model: reply.model,
    output: [...output],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: { effort: objectOf(body['reasoning'])['effort'] ?? null, summary: summaryWish(reply) },
    safety_identifier: null,
    service_tier: 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: objectOf(body['text'])['format'] ?? { type: 'text' }, verbosity: 'medium' },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    ...(status === 'in_progress' ? {} : { usage: usageOf(reply) }),
    ...(body['user'] === undefined ? {} : { user: body['user'] }),
  };
}

function usageOf({ usage }: Reply): JsonObject {
  const input = usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
  const output = usage.output + usage.reasoning;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  };
}

export function summaryWish({ body }: Reply): JsonValue {
  return objectOf(body['reasoning'])['summary'] ?? null;
}

export function outputOf(reply: Reply): JsonObject[] {
  return reply.parts.map((part, index) => itemOf(reply, part, index));
}

export function itemOf(reply: Reply, part: ReplyPart, index: number): JsonObject {
  const tail = `sim${reply.digest.slice(0, 24)}${index}`;
  switch (part.kind) {
    case 'reasoning': {
      const sealed = listOf(reply.body['include']).includes('reasoning.encrypted_content');
      return {
        id: `rs_${tail}`,
        type: 'reasoning',
        summary: summaryWish(reply) === null ? [] : [{ type: 'summary_text', text: part.text }],
        ...(sealed ? { encrypted_content: seal(part.text, reply.account) } : {}),
      };
    }
    case 'text':
      return {
        id: `msg_${tail}`,
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [textPart(part.text)],
      };
    case 'tool-call': {
      const { isCustom, named } = calledAs(reply.body, part.name);
      const call = { status: 'completed', call_id: `call_${part.id}`, ...named };
      if (isCustom)
        return {
          id: `ctc_${tail}`,
          type: 'custom_tool_call',
          ...call,
          input: textOf(part.arguments['input']),
        };
      return { id: `fc_${tail}`, type: 'function_call', ...call, arguments: JSON.stringify(part.arguments) };
    }
  }
}

export function textPart(text: string): JsonObject {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}
