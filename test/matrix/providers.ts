import { everySimulatedProvider, type TestGatewayOptions } from '../support/gateway.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import type { MatrixClient } from './matrix-client.ts';

/** The official clients of the three client dialects. */
export const clients: readonly MatrixClient[] = [openaiChat, openaiResponses, anthropicMessages];

export type Provider = {
  readonly model: string;
  /** A model that thinks, if the first does not. */
  readonly thinker?: string;
  /** Clients that do not get its reasoning: it is counted, but not requested or never shown. */
  readonly hidesThoughtsFrom?: readonly MatrixClient[];
  /** Reasoning is shown, but counted as ordinary output. */
  readonly countsNoThoughts?: true;
  readonly blind?: true;
};

/** One model per kind of provider, two if its families differ. */
export const providers: Readonly<Record<string, Provider>> = {
  'openai chat': { model: 'openai-chat/gpt-5-mini', hidesThoughtsFrom: clients },
  // Summaries need a client option that OpenAI's chat does not have, and a verified OpenAI organisation.
  'openai responses': { model: 'openai/gpt-5.4-mini', hidesThoughtsFrom: [openaiChat] },
  anthropic: { model: 'anthropic/claude-sonnet-4-5', countsNoThoughts: true },
  google: { model: 'google/gemini-2.5-flash' },
  'google, third generation': { model: 'google/gemini-3-flash-preview' },
  deepseek: { model: 'deepseek/deepseek-chat', thinker: 'deepseek/deepseek-reasoner', blind: true },
  ollama: { model: 'ollama/qwen3:8b', countsNoThoughts: true },
  bedrock: { model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', countsNoThoughts: true },
};

/** A PNG of one transparent pixel. */
export const pngBase64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** All of them, simulated. */
export const everyProvider: TestGatewayOptions = {
  config: (simulator) => ({
    providers: {
      ...everySimulatedProvider(simulator),
      openai: {
        baseUrl: `${simulator.url}/openai/v1`,
        apiKey: 'key-openai',
        dialect: 'openai-responses',
      },
      'openai-chat': {
        baseUrl: `${simulator.url}/openai/v1`,
        apiKey: 'key-openai',
        dialect: 'openai-chat',
        // Stands for OpenAI; a server at a custom address is not treated as OpenAI.
        quirks: { maxTokensField: 'max_completion_tokens' },
      },
    },
    // Nothing is known about a local model without querying its server.
    models: [{ id: 'ollama/qwen3:8b', capabilities: ['tools', 'vision', 'json-schema', 'reasoning'] }],
    // No waiting for a provider that is expected to refuse.
    routing: { retries: 0 },
  }),
};
