import { hash } from 'node:crypto';

/**
 * Returns an end user's id in a form that another dialect accepts: unchanged if every provider accepts it, otherwise
 * its SHA-256 in 64 hex digits, so that one user keeps one id. OpenAI accepts 64 characters (its error is
 * `string_above_max_length`), OpenRouter and Zhipu 128, Anthropic 256 and no e-mail address, DeepSeek only letters,
 * digits, `_` and `-`. Claude Code sends about 180 characters of JSON.
 */
export function acceptableUser(id: string, longest = 64): string {
  if (id.length <= longest && /^[a-zA-Z0-9_-]+$/.test(id)) return id;
  return hash('sha256', id, 'hex');
}
