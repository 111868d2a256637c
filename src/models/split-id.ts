/**
 * Splits an id at its first `/`: `openrouter/anthropic/claude-opus-5.5` is `anthropic/claude-opus-5.5` at `openrouter`.
 */
export function splitId(id: string): { provider: string; name: string } {
  const slash = id.indexOf('/');
  return slash < 0 ? { provider: '', name: id } : { provider: id.slice(0, slash), name: id.slice(slash + 1) };
}
