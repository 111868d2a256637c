import type { JsonObject } from '../../core/json/json.ts';

/**
 * Returns the text of a part whose `encrypted_content` is none; `undefined` for any other part. Codex passes what one
 * agent tells another on in such a part, and only OpenAI's models have sealed it.
 */
export function openWords({ type, encrypted_content: words }: JsonObject): string | undefined {
  if (type !== 'encrypted_content' || typeof words !== 'string' || sealed.test(words)) return undefined;
  return words;
}

/** A Fernet token, as OpenAI seals: https://github.com/fernet/spec/blob/master/Spec.md */
const sealed = /^gAAAA[\w-]{60,}={0,2}$/;
