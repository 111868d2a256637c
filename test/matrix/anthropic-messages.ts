import Anthropic from '@anthropic-ai/sdk';
import type { JsonValue } from '../../src/core/json/json.ts';
import { anthropicClient } from '../clients/anthropic.ts';
import {
  cityParameters,
  citySchema,
  type Answer,
  type Ask,
  type MatrixClient,
  type Turn,
} from './matrix-client.ts';

export const anthropicMessages: MatrixClient = {
  name: 'Anthropic messages',
  async ask({ url, key }, ask) {
    const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
    const body = bodyOf(ask);
    return answerOf(
      ask.stream
        ? await client.messages.stream(body).finalMessage()
        : await client.messages.create({ ...body, stream: false }),
    );
  },
  failure: (thrown) => anthropicClient.failure(thrown),
};

function bodyOf({ model, turns, tools, schema, think }: Ask) {
  return {
    model,
    max_tokens: 4_000,
    messages: turns.map(messageOf),
    ...(tools && {
      tools: tools.map((name) => ({
        name,
        description: `${name} of a city`,
        input_schema: cityParameters,
      })),
    }),
    ...(schema && { output_config: { format: { type: 'json_schema' as const, schema: citySchema } } }),
    ...(think && { thinking: { type: 'enabled' as const, budget_tokens: 1_024 } }),
  };
}

function messageOf(turn: Turn): Anthropic.MessageParam {
  if (turn.kind === 'answer') {
    return { role: 'assistant', content: turn.native as Anthropic.ContentBlockParam[] }; // from `answerOf` below
  }
  if (turn.kind === 'results') {
    const content = turn.results.map(({ id, output }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: output,
    }));
    return { role: 'user', content };
  }
  if (turn.pngBase64 === undefined) return { role: 'user', content: turn.text };
  return {
    role: 'user',
    content: [
      { type: 'text', text: turn.text },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: turn.pngBase64 } },
    ],
  };
}

const finishes: Readonly<Record<string, string>> = { end_turn: 'stop', tool_use: 'tool_calls' };

function answerOf({ content, stop_reason, usage }: Anthropic.Message): Answer {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use'
        ? [{ id: block.id, name: block.name, args: block.input as JsonValue }] // parsed from JSON
        : [],
    ),
    finish: finishes[stop_reason ?? ''] ?? String(stop_reason),
    usage: {
      prompt:
        usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      completion: usage.output_tokens,
      reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
    native: content,
  };
}
