/**
 * Request fields of OpenRouter's clients that OpenAI's format does not have. Servers that reject unknown fields reject
 * these; servers that run models themselves support some (`top_k`, `min_p`), and the rest ignore them.
 */
export const openRouterMembers = [
  'min_p',
  'repetition_penalty',
  'structured_outputs',
  'top_a',
  'top_k',
  'transforms',
] as const;
