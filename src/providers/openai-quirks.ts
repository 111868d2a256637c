import type { Quirks } from '../core/provider.ts';
import { openRouterMembers } from './openrouter-members.ts';

/** The quirks of OpenAI's own servers, which run at OpenAI and at Azure. */
export const openaiQuirks: Quirks = {
  maxTokensField: 'max_completion_tokens',
  maxStopSequences: 4,
  maxTools: 128,
  objectSchemas: true,
  // https://platform.openai.com/docs/guides/images-vision
  imageTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  // In Chat Completions: https://developers.openai.com/api/docs/guides/file-inputs
  documentTypes: ['application/pdf'],
  openaiTools: true,
  refusals: true,
  promptCacheKey: true,
  refusesReasoningObject: true,
  shortensPrompts: true,
  refuses: ['include_reasoning', ...openRouterMembers],
};

/** OpenAI's regions (`eu.api.openai.com`), and a user's own resources at Azure. */
export const openaiHosts = ['openai.com', 'openai.azure.com', 'services.ai.azure.com'];
