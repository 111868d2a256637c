/** What a model is told when its answer could not be read. */
export function askAgain(reason: string): string {
  return `Your last answer could not be used: ${reason} Give the same answer again in the required form, and nothing else.`;
}
