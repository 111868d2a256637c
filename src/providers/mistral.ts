import { openaiCompatible } from './openai-compatible.ts';
import { openRouterMembers } from './openrouter-members.ts';

/** Mistral rejects every unknown request field. Usage comes with the last chunk without being requested. */
export default openaiCompatible({
  id: 'mistral',
  name: 'Mistral AI',
  baseUrl: 'https://api.mistral.ai/v1',
  apiKeyFrom: 'MISTRAL_API_KEY',
  keyUrl: 'https://console.mistral.ai/api-keys',
  premiumReference: true,
  // The name has a price as Large 3, but may mean the newer Large 4.
  standingTerms: [{ term: 'latest_model', models: /^mistral-large-latest$/, isDoubt: true }],
  quirks: {
    streamUsage: false,
    // https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching: what is billed less is in OpenAI's field.
    promptCacheKey: true,
    reasoningField: 'content',
    seedField: 'random_seed',
    toolCallIdLength: 9,
    systemTurns: false,
    userAfterTools: false,
    rewritesReplies: true,
    // https://docs.mistral.ai/capabilities/document: OpenAI's `file` is a 422.
    documentPart: 'document_url',
    embedsTokens: false,
    // https://docs.mistral.ai/capabilities/reasoning: Magistral always thinks and accepts no effort.
    modelEfforts: { 'mistral-small*': ['none', 'high'], 'mistral-medium*': ['none', 'high'], '*': [] },
    continues: 'prefix',
    messageMembers: ['content', 'tool_calls', 'tool_call_id', 'prefix'],
    refusesReasoningObject: true,
    refuses: [
      'audio',
      'include_reasoning',
      'logit_bias',
      'logprobs',
      'modalities',
      'prompt_cache_retention',
      'safety_identifier',
      'service_tier',
      'store',
      'top_logprobs',
      'user',
      'verbosity',
      'web_search_options',
      ...openRouterMembers,
    ],
  },
});
