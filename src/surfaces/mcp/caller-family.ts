/** Clients that run models of one maker, by the name they send on initialization. */
const familyOfClient: readonly (readonly [RegExp, string])[] = [
  [/claude/i, 'claude'],
  [/codex|chatgpt|openai/i, 'gpt'],
  [/gemini|antigravity/i, 'gemini'],
  [/qwen/i, 'qwen'],
  [/kimi/i, 'kimi'],
  [/mistral|le-?chat/i, 'mistral'],
  [/grok/i, 'grok'],
];

/** Returns the family of the model that probably calls; unknown for editors that run models of any maker. */
export function callerFamily(clientName: string | undefined): string | undefined {
  return familyOfClient.find(([name]) => name.test(clientName ?? ''))?.[1];
}
