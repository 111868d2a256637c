import type { Provider } from '../core/provider.ts';
import { openaiServiceTiers } from './openai-service-tiers.ts';
import { openRouterMembers } from './openrouter-members.ts';

const baseUrl = 'https://api.openai.com/v1';

const openai: Provider = {
  id: 'openai',
  name: 'OpenAI',
  // OpenAI's newest models accept tools together with reasoning only in Responses, and keep their reasoning there.
  dialects: [
    { dialect: 'openai-responses', baseUrl },
    { dialect: 'openai-chat', baseUrl },
  ],
  auth: 'bearer',
  keyVariables: ['OPENAI_API_KEY'],
  quirks: {
    maxTokensField: 'max_completion_tokens',
    mostStopSequences: 4,
    mostTools: 128,
    // https://platform.openai.com/docs/guides/images-vision
    imageTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
    legacyFunctions: true,
    promptCacheKey: true,
    refusesReasoningObject: true,
    refuses: ['include_reasoning', ...openRouterMembers],
  },
  local: false,
  modelsPath: '/models',
  keyUrl: 'https://platform.openai.com/api-keys',
  nativeTo: ['openai-chat', 'openai-responses'],
  // Regions (`eu.api.openai.com`), and the user's own resources at Azure.
  ownHosts: ['openai.com', 'openai.azure.com', 'services.ai.azure.com'],
  premiumReference: true,
  rateFactors: openaiServiceTiers,
};

export default openai;
