import OpenAI from 'openai';
import { openaiFailure, openaiFailureOf } from './openai-errors.ts';
import { argumentsOf, prompt, type Heard, type OfficialClient, type Question } from './official-client.ts';

type Response = OpenAI.Responses.Response;

export const openaiResponsesClient: OfficialClient = {
  name: 'openai, responses',
  package: 'openai',
  dialect: 'openai-responses',
  blanks: [],
  async ask({ url, key }, question) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const options = { signal: question.signal };
    if (!question.stream)
      return heard(await client.responses.create({ ...bodyOf(question), stream: false }, options));
    const stream = client.responses.stream({ ...bodyOf(question), stream: true }, options);
    return heard(await stream.finalResponse());
  },
  failure: openaiFailure,
  failureOf: openaiFailureOf,
};

function bodyOf({ model, tools, schema }: Question) {
  return {
    model,
    input: prompt,
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        name,
        parameters: { type: 'object', properties: {} },
        strict: false,
      })),
    }),
    ...(schema && { text: { format: { type: 'json_schema' as const, name: 'answer', schema } } }),
  };
}

function heard({ output, usage, status, incomplete_details }: Response): Heard {
  const messages = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const calls = output.filter((item) => item.type === 'function_call');
  return {
    text: messages.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    reasoning: output.map(thoughts).join(''),
    toolCalls: calls.map((call) => ({ name: call.name, args: argumentsOf(call.arguments) })),
    finish: finishOf(),
    usage: usage
      ? {
          input: usage.input_tokens,
          output: usage.output_tokens,
          cacheRead: usage.input_tokens_details?.cached_tokens ?? 0,
          cacheWrite: usage.input_tokens_details?.cache_write_tokens ?? 0,
          reasoning: usage.output_tokens_details?.reasoning_tokens ?? 0,
        }
      : null,
    refusal: messages.map((part) => (part.type === 'refusal' ? part.refusal : '')).join(''),
    citations: messages.reduce(
      (count, part) => count + (part.type === 'output_text' ? part.annotations.length : 0),
      0,
    ),
    imagesOut: output.filter((item) => item.type === 'image_generation_call' && item.result).length,
  };

  function finishOf(): string {
    if (status === 'incomplete') {
      return incomplete_details?.reason === 'max_output_tokens' ? 'length' : 'content_filter';
    }
    return calls.length > 0 ? 'tool_calls' : 'stop';
  }
}

function thoughts(item: OpenAI.Responses.ResponseOutputItem): string {
  if (item.type !== 'reasoning') return '';
  const summary = item.summary.map(({ text }) => text).join('\n\n');
  return summary === '' ? (item.content ?? []).map(({ text }) => text).join('') : summary;
}
