import type { Provider } from '../core/provider.ts';
import { openRouterMembers } from './openrouter-members.ts';

const baseUrl = 'https://{AZURE_OPENAI_RESOURCE}.openai.azure.com/openai/v1';

/** Model names are the names of the user's Azure deployments. */
const azure: Provider = {
  id: 'azure',
  name: 'Azure OpenAI',
  dialects: [
    { dialect: 'openai-chat', baseUrl },
    { dialect: 'openai-responses', baseUrl },
  ],
  auth: 'api-key',
  keyVariables: ['AZURE_OPENAI_API_KEY'],
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
  keyUrl: 'https://ai.azure.com',
  otherNames: ['azure-openai'],
  ownHosts: ['openai.com', 'openai.azure.com', 'services.ai.azure.com'],
};

export default azure;
