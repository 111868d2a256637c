import { thoughtFields, type ThoughtField } from '../../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { Quirks } from '../../../core/provider.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { annotatedPlace } from '../../citations/text-place.ts';
import { sealReasoning } from '../../reasoning/sealed-reasoning.ts';
import { claudeProof } from '../reasoning-details.ts';
import { callPieces, toolCallReader } from './tool-call-reader.ts';

type BlockType = 'text-delta' | 'reasoning-delta' | 'refusal-delta';

/** Reads the deltas of one answer in order; a whole message is one long delta. */
export type DeltaReader = {
  /** `choice`: the number of the choice that it is a delta of. Each choice numbers its calls by itself. Default: 0. */
  read(delta: JsonObject, choice?: number): void;
  /** Adds a source that is listed outside the choices. The caller skips repeated ones. */
  cite(raw: JsonObject): void;
  /** Adds data of the current block that other dialects cannot express: log probabilities, further choices. */
  aside(value: JsonObject): void;
  /** Completes calls that were still waiting for their names or arguments. */
  end(wasCut: boolean): void;
  sawToolCalls(): boolean;
  /** Whether a delta has had content. */
  haveBegun(): boolean;
};

export function deltaReader(
  emit: Emit,
  { quirks, replyId }: { readonly quirks: Quirks; readonly replyId: () => string },
): DeltaReader {
  let blocks = 0;
  let open: BlockType | undefined;
  let openIndex = 0;
  let lastText: number | undefined;
  const calls = new Map<number, ReturnType<typeof toolCallReader>>();
  const { reasoningField } = quirks;

  function nextBlock(): number {
    open = undefined;
    return blocks++;
  }

  /** Returns the block for text of this type: the open one, or a new one after it. */
  function blockOf(type: BlockType): number {
    if (open !== type) {
      openIndex = nextBlock();
      open = type;
      if (type === 'text-delta') lastText = openIndex;
    }
    return openIndex;
  }

  function say(type: BlockType, text: JsonValue | undefined, field?: ThoughtField): void {
    if (typeof text !== 'string' || text === '') return;
    const part = { type, index: blockOf(type), text };
    emit(field ? { ...part, field } : part);
  }

  function readReasoning(delta: JsonObject): void {
    const field = thoughtFieldOf(delta, reasoningField);
    const text = field && delta[field];
    // If the provider's quirks name the field, it need not be remembered.
    say('reasoning-delta', text, reasoningField ? undefined : field);
    if (!Array.isArray(delta.reasoning_details)) return;
    for (const detail of objectsOf(delta.reasoning_details)) {
      readDetail(detail, typeof text === 'string' && text !== '');
    }
  }

  /** OpenRouter's details repeat the readable text and add proofs that only their maker can read. */
  function readDetail(detail: JsonObject, isRepeated: boolean): void {
    const { text, summary, ...proof } = detail;
    if (!isRepeated) say('reasoning-delta', text ?? summary);
    const claudes = claudeProof(detail);
    if (nameOf(detail.data)) {
      const data = claudes ?? sealReasoning('openai-chat', detail);
      emit({ type: 'reasoning-redacted', index: nextBlock(), data });
    } else if (nameOf(detail.signature)) {
      const signature = claudes ?? sealReasoning('openai-chat', proof);
      emit({ type: 'reasoning-signature', index: blockOf('reasoning-delta'), signature });
    }
  }

  /** Mistral's content is a list as soon as the model thinks. */
  function readContent(content: JsonValue | undefined): void {
    if (typeof content === 'string') return say('text-delta', content);
    for (const item of objectsOf(content)) {
      if (item.type === 'thinking') {
        const field = reasoningField ? undefined : 'content';
        for (const thought of objectsOf(item.thinking)) say('reasoning-delta', thought.text, field);
      } else say('text-delta', item.text);
    }
  }

  function readCalls(delta: JsonObject, choice: number): void {
    let ofChoice = calls.get(choice);
    if (ofChoice === undefined) {
      const ownId = () => (choice === 0 ? replyId() : `${replyId()}_${choice}`);
      ofChoice = toolCallReader(emit, { nextBlock, replyId: ownId });
      calls.set(choice, ofChoice);
    }
    ofChoice.read(callPieces(delta));
  }

  function readImage({ image_url }: JsonObject): void {
    const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(textOf(objectOf(image_url).url)) ?? [];
    if (mediaType && data) emit({ type: 'image', index: nextBlock(), mediaType, data });
  }

  function cite(raw: JsonObject): void {
    const source = isJsonObject(raw.url_citation) ? raw.url_citation : raw;
    const url = nameOf(source.url);
    const title = nameOf(source.title);
    const place = annotatedPlace(source);
    emit({
      type: 'citation',
      // A message lists its sources after its calls and proofs.
      index: lastText ?? blockOf('text-delta'),
      citation: {
        ...(url && { url }),
        ...(title && { title }),
        ...(place && { place }),
        raw,
        dialect: 'openai-chat',
      },
    });
  }

  return {
    read(delta, choice = 0) {
      readReasoning(delta);
      if (delta.content) readContent(delta.content);
      if (delta.refusal) say('refusal-delta', delta.refusal);
      if (delta.tool_calls || delta.function_call) readCalls(delta, choice);
      for (const annotation of objectsOf(delta.annotations)) cite(annotation);
      for (const image of objectsOf(delta.images)) readImage(image);
      // Groq's own tools, and speech: other dialects cannot express them.
      for (const tool of objectsOf(delta.executed_tools)) {
        pushOpaque({ type: nameOf(tool.type) ?? 'tool', delta: { executed_tools: [tool] } });
      }
      if (isJsonObject(delta.audio)) pushOpaque({ delta: { audio: delta.audio } }, 'speech');
    },
    cite,
    aside(value) {
      emit({ type: 'opaque', index: Math.max(0, blocks - 1), dialect: 'openai-chat', value });
    },
    end(wasCut) {
      for (const ofChoice of calls.values()) ofChoice.end(wasCut);
    },
    haveBegun: () => blocks > 0 || sawToolCalls(),
    sawToolCalls,
  };

  function sawToolCalls(): boolean {
    return [...calls.values()].some((ofChoice) => ofChoice.sawCalls());
  }

  function pushOpaque(value: JsonObject, missed?: string): void {
    emit({ type: 'opaque', index: nextBlock(), dialect: 'openai-chat', value, ...(missed && { missed }) });
  }
}

/** Returns the field that contains the thought of a delta: the provider's own if it has one. */
function thoughtFieldOf(delta: JsonObject, own: ThoughtField | undefined): ThoughtField | undefined {
  return own && own !== 'content' && delta[own] ? own : thoughtFields.find((field) => delta[field]);
}
