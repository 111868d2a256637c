/** Splits text into pieces as a model would stream them: about a word each, never inside a character. */
export function chunksOf(text: string): string[] {
  return text.match(/\s*[^\s]{1,24}(?=\s|$)|\s*(?:[\ud800-\udbff][\udc00-\udfff]|[^\s]){1,12}|\s+/g) ?? [];
}

/** Splits JSON into the irregular pieces in which tool arguments arrive. */
export function jsonChunksOf(json: string): string[] {
  return json.match(/(?:[\ud800-\udbff][\udc00-\udfff]|[^]){1,17}/g) ?? [];
}
