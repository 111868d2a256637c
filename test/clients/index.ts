import { anthropicClient } from './anthropic.ts';
import { langchainClient } from './langchain.ts';
import type { OfficialClient } from './official-client.ts';
import { openaiChatClient } from './openai-chat.ts';
import { openaiResponsesClient } from './openai-responses.ts';
import { vercelAnthropicClient, vercelOpenAiClient } from './vercel.ts';

/** The official clients that the gateway must serve exactly as their own provider would. */
export const officialClients: readonly OfficialClient[] = [
  openaiChatClient,
  openaiResponsesClient,
  anthropicClient,
  vercelOpenAiClient,
  vercelAnthropicClient,
  langchainClient,
];
