import type { JsonObject } from '../../core/json/json.ts';

/** Returns Anthropic's encrypted thoughts, which Converse carries as base64 of their bytes. */
export function redactedOf(content: string): string {
  return Buffer.from(content, 'base64').toString();
}

/** Returns the `reasoningContent` that carries Anthropic's encrypted thoughts. */
export function redactedContent(thoughts: string): JsonObject {
  return { redactedContent: Buffer.from(thoughts).toString('base64') };
}
