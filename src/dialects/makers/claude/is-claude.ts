/** Whether the name of a model, at any provider, is that of a Claude: they share what their maker's API rejects. */
export function isClaude(model: string): boolean {
  return /claude/i.test(model);
}
