import OpenAI from 'openai';
import { openaiFailure, openaiFailureOf } from './openai-errors.ts';
import { objectOf, objectsOf } from '../../src/dialects/fields/loose-fields.ts';
import { argumentsOf, prompt, type Heard, type OfficialClient, type Question } from './official-client.ts';

type Message = OpenAI.ChatCompletionMessage;

export const openaiChatClient: OfficialClient = {
  name: 'openai, chat completions',
  package: 'openai',
  dialect: 'openai-chat',
  blanks: [],
  async ask({ url, key }, question) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const options = { signal: question.signal };
    if (!question.stream) {
      return heard(await client.chat.completions.create({ ...bodyOf(question), stream: false }, options));
    }
    const stream = client.chat.completions.stream(
      { ...bodyOf(question), stream: true, stream_options: { include_usage: true } },
      options,
    );
    // The helper's final message knows OpenAI's own members only; a program that shows thoughts reads the chunks.
    const beside = besideText();
    for await (const chunk of stream) beside.add(chunk.choices[0]?.delta);
    const final = await stream.finalChatCompletion();
    const [choice] = final.choices;
    if (!choice) throw new Error('no choice');
    return heard({ ...final, choices: [{ ...choice, message: { ...choice.message, ...beside.members } }] });
  },
  failure: openaiFailure,
  failureOf: openaiFailureOf,
};

function bodyOf({ model, tools, schema }: Question) {
  return {
    model,
    messages: [{ role: 'user' as const, content: prompt }],
    ...(tools && { tools: tools.map((name) => ({ type: 'function' as const, function: { name } })) }),
    ...(schema && {
      response_format: { type: 'json_schema' as const, json_schema: { name: 'answer', schema } },
    }),
  };
}

/** What providers add to OpenAI's own fields: reasoning, sources, images. */
function besideText() {
  const members: Record<string, unknown> = {};
  return {
    members,
    add(delta: object | undefined): void {
      for (const [name, value] of Object.entries(delta ?? {})) {
        if (['content', 'role', 'refusal', 'tool_calls', 'function_call'].includes(name)) continue;
        const before = members[name];
        if (typeof before === 'string' && typeof value === 'string') members[name] = before + value;
        else if (Array.isArray(before) && Array.isArray(value)) members[name] = [...before, ...value];
        else if (value !== null) members[name] = value;
      }
    },
  };
}

function heard({ choices, usage }: OpenAI.ChatCompletion): Heard {
  const [choice] = choices;
  if (!choice) throw new Error('no choice');
  const { message, finish_reason } = choice;
  const beside = objectOf(JSON.parse(JSON.stringify(message)));
  return {
    text: message.content ?? '',
    reasoning: String(beside.reasoning_content ?? beside.reasoning ?? ''),
    toolCalls: callsOf(message),
    finish: finish_reason,
    usage: usage
      ? {
          input: usage.prompt_tokens,
          output: usage.completion_tokens,
          cacheRead: usage.prompt_tokens_details?.cached_tokens ?? 0,
          cacheWrite: Number(
            objectOf(JSON.parse(JSON.stringify(usage.prompt_tokens_details ?? {}))).cache_write_tokens ?? 0,
          ),
          reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
        }
      : null,
    refusal: message.refusal ?? '',
    citations: objectsOf(beside.annotations).length,
    imagesOut: objectsOf(beside.images).length,
  };
}

function callsOf({ tool_calls }: Message): Heard['toolCalls'] {
  // Some providers send null.
  return (tool_calls ?? []).flatMap((call) =>
    call.type === 'function'
      ? [{ name: call.function.name, args: argumentsOf(call.function.arguments) }]
      : [],
  );
}
