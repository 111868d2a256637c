import Anthropic from '@anthropic-ai/sdk';
import type { JsonValue } from '../../src/core/json/json.ts';
import {
  classOfStatus,
  anyObject,
  prompt,
  type Heard,
  type OfficialClient,
  type Question,
} from './official-client.ts';

export const anthropicClient: OfficialClient = {
  name: '@anthropic-ai/sdk',
  package: '@anthropic-ai/sdk',
  dialect: 'anthropic-messages',
  blanks: ['imagesOut', 'refusal'],
  tellsRefusals: true,
  async ask({ url, key }, question) {
    const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
    const options = { signal: question.signal };
    return heard(
      question.stream
        ? await client.messages.stream(bodyOf(question), options).finalMessage()
        : await client.messages.create({ ...bodyOf(question), stream: false }, options),
    );
  },
  failure: (thrown) =>
    thrown instanceof Anthropic.APIError
      ? { status: thrown.status, name: thrown.constructor.name }
      : { status: undefined, name: String(thrown) },
  failureOf: (status) => ({ status, name: classOfStatus(errorClasses, status) }),
};

function bodyOf({ model, tools, schema }: Question) {
  return {
    model,
    max_tokens: 1_000,
    messages: [{ role: 'user' as const, content: prompt }],
    ...(tools && { tools: tools.map((name) => ({ name, input_schema: anyObject })) }),
    ...(schema && { output_config: { format: { type: 'json_schema' as const, schema } } }),
  };
}

const errorClasses: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  402: 'PaymentRequiredError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  408: 'RequestTimeoutError',
  413: 'ContentTooLargeError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
  503: 'ServiceUnavailableError',
  504: 'GatewayTimeoutError',
};

const finishes: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

function heard({ content, stop_reason, usage }: Anthropic.Message): Heard {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    text,
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    toolCalls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, args: block.input as JsonValue }] : [],
    ),
    finish: finishes[stop_reason ?? ''] ?? stop_reason,
    usage: {
      input: usage.input_tokens + read + written,
      output: usage.output_tokens,
      cacheRead: read,
      cacheWrite: written,
      reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
    // A refusal is text here; the stop reason marks it as a refusal.
    refusal: '',
    citations: content.reduce(
      (count, block) => count + (block.type === 'text' ? (block.citations?.length ?? 0) : 0),
      0,
    ),
    imagesOut: 0,
  };
}
