/** Headers in which clients ask for what is not in a dialect yet. A list, each item by itself known to a provider or not. */
export const betaHeaders = ['anthropic-beta', 'openai-beta'] as const;

/** Request headers of a client that mean something to a provider of the same dialect. */
export const clientHeaders = [...betaHeaders, 'anthropic-version'] as const;
