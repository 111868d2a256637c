/**
 * What OpenRouter's clients say in a request and OpenAI's format has no word for. Servers that refuse whatever they do not
 * know refuse these; others that run models themselves know some (`top_k`, `min_p`), and the rest overlook them.
 */
export const openRouterMembers = [
  'min_p',
  'repetition_penalty',
  'structured_outputs',
  'top_a',
  'top_k',
  'transforms',
] as const;
