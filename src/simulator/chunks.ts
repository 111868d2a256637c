/** Cuts text into the pieces that a model would stream: about a word each, never through a character. */
export function chunksOf(text: string): string[] {
  return text.match(/\s*[^\s]{1,24}(?=\s|$)|\s*(?:[\ud800-\udbff][\udc00-\udfff]|[^\s]){1,12}|\s+/g) ?? [];
}

/** Cuts JSON into the odd lengths in which tool arguments arrive. */
export function jsonChunksOf(json: string): string[] {
  return json.match(/(?:[\ud800-\udbff][\udc00-\udfff]|[^]){1,17}/g) ?? [];
}
