import type { AIMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import type { JsonValue } from '../../src/core/json/json.ts';
import { anyObject, prompt, type Heard, type OfficialClient } from './official-client.ts';

export const langchainClient: OfficialClient = {
  name: '@langchain/openai',
  package: '@langchain/openai',
  dialect: 'openai-chat',
  leavesOutZeros: true,
  blanks: ['citations', 'imagesOut', 'cacheWrite', 'refusal'],
  async ask({ url, key }, { model, stream, tools = [], schema, signal }) {
    const chat = new ChatOpenAI({
      model,
      apiKey: key,
      maxRetries: 0,
      streamUsage: true,
      configuration: { baseURL: `${url}/v1` },
    });
    const bound = chat.bindTools(
      tools.map((name) => ({ type: 'function' as const, function: { name, parameters: anyObject } })),
      schema && {
        response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: false } },
      },
    );
    if (!stream) return heard(await bound.invoke(prompt, { signal }));
    let whole: AIMessage | undefined;
    for await (const chunk of await bound.stream(prompt, { signal })) {
      whole = whole === undefined ? chunk : (whole as typeof chunk).concat(chunk);
    }
    if (!whole) throw new Error('an empty stream');
    return heard(whole);
  },
  failure(thrown) {
    if (!(thrown instanceof Error)) return { status: undefined, name: String(thrown) };
    // OpenAI's own errors with a code of LangChain's; a too-long prompt has a class of its own, without a status.
    const { status, lc_error_code: code } = thrown as { status?: number; lc_error_code?: string };
    return { status, name: code ?? thrown.name };
  },
  failureOf(status, code) {
    if (code === 'context_too_long') return { status: undefined, name: 'ContextOverflowError' };
    return { status, name: codes[status] ?? 'Error' };
  },
};

const codes: Readonly<Record<number, string>> = {
  401: 'MODEL_AUTHENTICATION',
  404: 'MODEL_NOT_FOUND',
  429: 'MODEL_RATE_LIMIT',
};

function heard(message: AIMessage): Heard {
  const {
    additional_kwargs: beside,
    usage_metadata: usage,
    tool_calls = [],
    invalid_tool_calls = [],
  } = message;
  return {
    text: typeof message.content === 'string' ? message.content : message.text,
    reasoning: String(beside['reasoning_content'] ?? ''),
    toolCalls: [
      ...tool_calls.map(({ name, args }) => ({ name, args: args as JsonValue })),
      ...invalid_tool_calls.map(({ name, args }) => ({ name: name ?? '', args: args ?? '' })),
    ],
    finish: String(message.response_metadata['finish_reason']),
    // Without a count the fields exist and are undefined; a count of zero is left out.
    usage:
      usage?.input_tokens !== undefined
        ? {
            input: usage.input_tokens,
            output: usage.output_tokens ?? 0,
            cacheRead: usage.input_token_details?.cache_read ?? 0,
            reasoning: usage.output_token_details?.reasoning ?? 0,
          }
        : null,
    refusal: '',
    citations: 0,
    imagesOut: 0,
  };
}
