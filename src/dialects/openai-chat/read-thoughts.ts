import type { ContentPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { nameOf, objectsOf } from '../fields/loose-fields.ts';
import { sealOrigin, sealReasoning } from '../reasoning/sealed-reasoning.ts';
import { claudeFormat, proofInDetail } from './reasoning-details.ts';
import { toldThought } from './told-thought.ts';

/** Reads the reasoning that a client returns, under any of its names. Proofs are sent only to their maker. */
export function readThoughts(message: JsonObject): ContentPart[] {
  const text = toldThought(message);
  const parts: ContentPart[] = [];
  for (const detail of objectsOf(message.reasoning_details)) {
    const readable = nameOf(detail.text) ?? nameOf(detail.summary) ?? '';
    const proof = proofInDetail(detail);
    if (proof === undefined) {
      if (text === undefined && readable !== '') parts.push({ type: 'reasoning', text: readable });
      continue;
    }
    const isSealed = sealOrigin(proof) !== undefined || detail.format === claudeFormat;
    const { text: _, summary: __, ...rest } = detail;
    const sealed = isSealed ? proof : sealReasoning('openai-chat', rest);
    parts.push({
      type: 'reasoning',
      text: readable,
      ...(nameOf(detail.signature) === undefined ? { redacted: sealed } : { signature: sealed }),
    });
  }
  return text === undefined ? parts : joinText(parts, text);
}

/** Adds the readable text to the proof that has no text of its own, or as a thought without a proof. */
function joinText(parts: ContentPart[], text: string): ContentPart[] {
  const bare = parts.find(
    (part) => part.type === 'reasoning' && part.signature !== undefined && part.text === '',
  );
  if (bare?.type === 'reasoning') return parts.map((part) => (part === bare ? { ...bare, text } : part));
  if (parts.some((part) => part.type === 'reasoning' && part.text !== '')) return parts;
  return [{ type: 'reasoning', text }, ...parts];
}
