/** Whether a name is one of an embedding model. No price list says what its models are for. */
export function isEmbedderName(name: string): boolean {
  return /embed|(?:^|[/-])bge-/i.test(name);
}
