/** Requests JSON in words, for providers without a JSON mode. */
export const jsonInstruction = 'Answer with one JSON object and nothing else.';
