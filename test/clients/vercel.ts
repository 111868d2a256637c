import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, jsonSchema, Output, streamText, tool, type LanguageModel } from 'ai';
import type { JsonValue } from '../../src/core/json/json.ts';
import { anyObject, prompt, type Gateway, type Heard, type OfficialClient } from './official-client.ts';

export const vercelOpenAiClient: OfficialClient = {
  name: 'ai with @ai-sdk/openai-compatible',
  package: '@ai-sdk/openai-compatible',
  dialect: 'openai-chat',
  ...vercel(({ url, key }, model) =>
    createOpenAICompatible({
      name: 'conclave',
      baseURL: `${url}/v1`,
      apiKey: key,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model),
  ),
  blanks: ['citations', 'imagesOut', 'cacheWrite', 'refusal'],
  tellsRefusals: true,
};

export const vercelAnthropicClient: OfficialClient = {
  name: 'ai with @ai-sdk/anthropic',
  package: '@ai-sdk/anthropic',
  dialect: 'anthropic-messages',
  ...vercel(({ url, key }, model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model)),
  blanks: ['citations', 'imagesOut', 'refusal'],
  tellsRefusals: true,
};

function vercel(
  modelAt: (gateway: Gateway, model: string) => LanguageModel,
): Pick<OfficialClient, 'ask' | 'failure' | 'failureOf'> {
  return {
    async ask(gateway, { model, stream, tools = [], schema, signal }) {
      const settings = {
        model: modelAt(gateway, model),
        prompt,
        maxRetries: 0,
        maxOutputTokens: 1_000,
        abortSignal: signal,
        tools: toolsOf(tools),
        ...(schema && { output: Output.object({ schema: jsonSchema(schema) }) }),
      };
      if (!stream) return heard(await generateText(settings));
      let failed: unknown;
      const result = streamText({
        ...settings,
        onError: ({ error }) => {
          failed = error;
        },
      });
      await result.consumeStream();
      if (failed !== undefined) throw failed;
      signal?.throwIfAborted();
      return heard({
        text: await result.text,
        reasoningText: await result.reasoningText,
        toolCalls: await result.toolCalls,
        finishReason: await result.finishReason,
        usage: await result.usage,
      });
    },
    failure: (thrown) =>
      APICallError.isInstance(thrown)
        ? { status: thrown.statusCode, name: thrown.name }
        : { status: undefined, name: String(thrown) },
    failureOf: (status) => ({ status, name: 'AI_APICallError' }),
  };
}

function toolsOf(names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, tool({ inputSchema: jsonSchema(anyObject) })]));
}

type Result = {
  readonly text: string;
  readonly reasoningText: string | undefined;
  readonly toolCalls: readonly {
    readonly toolName: string;
    readonly input: unknown;
    readonly providerExecuted?: boolean;
  }[];
  readonly finishReason: string;
  readonly usage: Awaited<ReturnType<typeof generateText>>['usage'];
};

function heard({ text, reasoningText, toolCalls, finishReason, usage }: Result): Heard {
  const { inputTokens, outputTokens, inputTokenDetails, outputTokenDetails } = usage;
  return {
    text,
    reasoning: reasoningText ?? '',
    // The program does not run tools that the provider has already run.
    toolCalls: toolCalls
      .filter(({ providerExecuted }) => providerExecuted !== true)
      .map(({ toolName, input }) => ({ name: toolName, args: input as JsonValue })),
    finish: finishReason.replace('-', '_'),
    usage:
      inputTokens === undefined
        ? null
        : {
            input: inputTokens,
            output: outputTokens ?? 0,
            cacheRead: inputTokenDetails.cacheReadTokens ?? 0,
            cacheWrite: inputTokenDetails.cacheWriteTokens ?? 0,
            reasoning: outputTokenDetails.reasoningTokens ?? 0,
          },
    refusal: '',
    citations: 0,
    imagesOut: 0,
  };
}
