import type { Provider } from '../core/provider.ts';
import { openaiResidency, openaiResidencyFactors } from './openai-residency.ts';
import { openaiServiceTiers } from './openai-service-tiers.ts';
import { openaiHosts, openaiQuirks } from './openai-quirks.ts';

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
    ...openaiQuirks,
    // https://platform.openai.com/docs/guides/audio, https://platform.openai.com/docs/guides/tools-web-search
    actsOn: { audio: ['*audio*'], moderation: ['*'], web_search_options: ['*-search-*'] },
  },
  local: false,
  modelsPath: '/models',
  keyUrl: 'https://platform.openai.com/api-keys',
  nativeTo: ['openai-chat', 'openai-responses'],
  ownHosts: openaiHosts,
  premiumReference: true,
  rateFactors: [...openaiServiceTiers, ...openaiResidencyFactors],
  standingTerms: [
    openaiResidency,
    // They search the web for every answer; a chat completion's usage does not count searches.
    { term: 'web_search', models: /^gpt-.*-search-(?:preview|api)/, isApart: true },
  ],
};

export default openai;
