import OpenAI from 'openai';
import { openaiFailure } from '../clients/openai-errors.ts';
import { argumentsOf } from '../clients/official-client.ts';
import {
  cityParameters,
  citySchema,
  type Answer,
  type Ask,
  type MatrixClient,
  type Turn,
} from './matrix-client.ts';

type Item = OpenAI.Responses.ResponseInputItem;

export const openaiResponses: MatrixClient = {
  name: 'OpenAI responses',
  async ask({ url, key }, ask) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const body = bodyOf(ask);
    return answerOf(
      ask.stream
        ? await client.responses.stream({ ...body, stream: true }).finalResponse()
        : await client.responses.create({ ...body, stream: false }),
    );
  },
  failure: openaiFailure,
};

function bodyOf({ model, turns, tools, schema, think }: Ask) {
  return {
    model,
    input: turns.flatMap(itemsOf),
    store: false,
    include: ['reasoning.encrypted_content' as const],
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        name,
        description: `${name} of a city`,
        parameters: cityParameters,
        strict: true,
      })),
    }),
    ...(schema && {
      text: { format: { type: 'json_schema' as const, name: 'city', schema: citySchema, strict: true } },
    }),
    ...(think && { reasoning: { effort: 'high' as const, summary: 'auto' as const } }),
  };
}

function itemsOf(turn: Turn): Item[] {
  if (turn.kind === 'answer') return turn.native as Item[]; // from `answerOf` below
  if (turn.kind === 'results') {
    return turn.results.map(({ id, output }) => ({ type: 'function_call_output', call_id: id, output }));
  }
  if (turn.pngBase64 === undefined) return [{ role: 'user', content: turn.text }];
  const image_url = `data:image/png;base64,${turn.pngBase64}`;
  return [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: turn.text },
        { type: 'input_image', detail: 'auto', image_url },
      ],
    },
  ];
}

function answerOf({ output, status, usage }: OpenAI.Responses.Response): Answer {
  const calls = output.filter((item) => item.type === 'function_call');
  return {
    text: output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'output_text' ? part.text : ''))
      .join(''),
    reasoning: output
      .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
      .map(({ text }) => text)
      .join('\n\n'),
    calls: calls.map((call) => ({ id: call.call_id, name: call.name, args: argumentsOf(call.arguments) })),
    finish: status !== 'completed' ? String(status) : calls.length > 0 ? 'tool_calls' : 'stop',
    usage: {
      prompt: usage?.input_tokens ?? 0,
      completion: usage?.output_tokens ?? 0,
      reasoning: usage?.output_tokens_details.reasoning_tokens ?? 0,
    },
    // The stream helper adds members of its own, which programs take off again.
    native: output.map((item) => {
      const { parsed_arguments: _, ...rest } = item as typeof item & { parsed_arguments?: unknown };
      return rest;
    }),
  };
}
