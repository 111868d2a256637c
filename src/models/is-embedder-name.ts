/**
 * Whether a name is one of an embedding model. No price list says what its models are for. The makers of embedding models
 * name their rerankers alike, which return no vectors.
 */
export function isEmbedderName(name: string): boolean {
  return /embed|(?:^|[/-])bge-/i.test(name) && !/rerank/i.test(name);
}
