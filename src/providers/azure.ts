import type { Provider } from '../core/provider.ts';
import { openaiHosts, openaiQuirks } from './openai-quirks.ts';

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
    ...openaiQuirks,
    // https://learn.microsoft.com/azure/ai-services/openai/audio-completions-quickstart
    // A deployment may have any name.
    actsOn: { audio: ['*gpt-audio*', '*gpt-4o*-audio*'] },
  },
  local: false,
  modelsPath: '/models',
  keyUrl: 'https://ai.azure.com',
  otherNames: ['azure-openai'],
  ownHosts: openaiHosts,
};

export default azure;
