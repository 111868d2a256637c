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

type Message = OpenAI.ChatCompletionMessageParam;
type ReasoningMessage = OpenAI.ChatCompletionMessage & { readonly reasoning_content?: string };

export const openaiChat: MatrixClient = {
  name: 'OpenAI chat',
  async ask({ url, key }, ask) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const body = bodyOf(ask);
    if (!ask.stream) return answerOf(await client.chat.completions.create({ ...body, stream: false }));
    const stream = client.chat.completions.stream({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    // Reasoning and its proofs are not fields of OpenAI's own; programs collect them from the chunks.
    let reasoning_content = '';
    const reasoning_details: unknown[] = [];
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as
        | { reasoning_content?: string; reasoning_details?: unknown[] }
        | undefined; // fields added by providers
      reasoning_content += delta?.reasoning_content ?? '';
      reasoning_details.push(...(delta?.reasoning_details ?? []));
    }
    const final = await stream.finalChatCompletion();
    const message = {
      ...final.choices[0]?.message,
      ...(reasoning_content && { reasoning_content }),
      ...(reasoning_details.length > 0 && { reasoning_details }),
    };
    return answerOf({ ...final, choices: [{ ...final.choices[0], message }] } as OpenAI.ChatCompletion);
  },
  failure: openaiFailure,
};

function bodyOf({ model, turns, tools, schema, think }: Ask) {
  return {
    model,
    messages: turns.flatMap(messagesOf),
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        function: { name, description: `${name} of a city`, parameters: cityParameters },
      })),
    }),
    ...(schema && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'city', schema: citySchema, strict: true },
      },
    }),
    ...(think && { reasoning_effort: 'high' as const }),
  };
}

function messagesOf(turn: Turn): Message[] {
  if (turn.kind === 'answer') return [turn.native as Message]; // from `answerOf` below
  if (turn.kind === 'results') {
    return turn.results.map(({ id, output }) => ({ role: 'tool', tool_call_id: id, content: output }));
  }
  if (turn.pngBase64 === undefined) return [{ role: 'user', content: turn.text }];
  const url = `data:image/png;base64,${turn.pngBase64}`;
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text: turn.text },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ];
}

function answerOf({ choices, usage }: OpenAI.ChatCompletion): Answer {
  const [choice] = choices;
  if (!choice) throw new Error('no choice');
  const message: ReasoningMessage = choice.message;
  const { parsed: _, ...native } = message as ReasoningMessage & { parsed?: unknown }; // the stream helper's own
  return {
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    calls: (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ id: call.id, name: call.function.name, args: argumentsOf(call.function.arguments) }]
        : [],
    ),
    finish: choice.finish_reason,
    usage: {
      prompt: usage?.prompt_tokens ?? 0,
      completion: usage?.completion_tokens ?? 0,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
    },
    native,
  };
}
