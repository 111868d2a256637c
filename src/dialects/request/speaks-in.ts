import type { JsonValue } from '../../core/json/json.ts';

/** Whether a client that accepts these modalities wants spoken answers. OpenAI and Gemini write them differently. */
export function speaksIn(modalities: JsonValue | undefined): boolean {
  return Array.isArray(modalities) && modalities.some((one) => /^audio$/i.test(String(one)));
}
