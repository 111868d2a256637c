import { hash } from 'node:crypto';

/**
 * An end user's id in another dialect's words: as it is where every provider takes it, else its SHA-256 in 64 hex digits,
 * so that one person stays one. OpenAI takes 64 characters (its error is `string_above_max_length`), OpenRouter and Zhipu 128,
 * Anthropic 256 and no address of e-mail, DeepSeek letters, digits, `_` and `-`; what Claude Code sends is JSON of about 180.
 */
export function acceptableUser(id: string, longest = 64): string {
  if (id.length <= longest && /^[a-zA-Z0-9_-]+$/.test(id)) return id;
  return hash('sha256', id, 'hex');
}
