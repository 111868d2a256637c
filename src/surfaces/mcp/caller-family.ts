/** Clients that run models of one maker, by the name they introduce themselves with. */
const familyOfClient: readonly (readonly [RegExp, string])[] = [
  [/claude/i, 'claude'],
  [/codex|chatgpt|openai/i, 'gpt'],
  [/gemini|antigravity/i, 'gemini'],
  [/qwen/i, 'qwen'],
  [/kimi/i, 'kimi'],
  [/mistral|le-?chat/i, 'mistral'],
  [/grok/i, 'grok'],
];

/** The family of the model that probably calls; editors that run any model tell nothing. */
export function callerFamily(clientName: string | undefined): string | undefined {
  return familyOfClient.find(([name]) => name.test(clientName ?? ''))?.[1];
}
