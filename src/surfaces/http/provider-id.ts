/** OpenRouter's names of providers that have another id here. */
const otherNames: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'bedrock',
  'google-ai-studio': 'google',
  'azure-openai': 'azure',
  'moonshot-ai': 'moonshot',
  'x-ai': 'xai',
};

/** Returns the id that a provider's name in a request stands for. */
export function providerId(written: string, ids: ReadonlySet<string>): string | undefined {
  const plain = plainName(written);
  return [plain, otherNames[plain] ?? '', written].find((name) => ids.has(name));
}

/** Returns a name as ids are written. */
export function plainName(written: string): string {
  return written.trim().toLowerCase().replaceAll(' ', '-');
}
