import type { CollectedReply, ReplyBlock } from '../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { DeclaredTool } from '../../core/wire/request.ts';
import { writeAnnotation } from './citation.ts';
import { freeformInput } from '../openai/freeform-input.ts';
import { declaredTools, type DeclaredTools } from '../openai/freeform-tool.ts';
import { writeFinish } from './finish-reason.ts';
import { itemId } from './item-id.ts';
import { withoutProof, writeProof } from './reasoning-proof.ts';

/** How an item ended. Clients run a call as soon as it is complete, and do not run an incomplete one. */
export type ItemStatus = 'completed' | 'incomplete';

/** Whether a message is progress notes or the answer after them; models without such notes name no phase. */
export type Phase = 'commentary' | 'final_answer';

/** Writes an answer's blocks as output items; consecutive texts of one phase are parts of one message. */
export function writeItems(
  { blocks, finish }: CollectedReply,
  { id: replyId, request }: Pick<ReplyContext, 'id' | 'request'>,
): JsonObject[] {
  const declared = declaredTools(request);
  const wasCut = finish !== undefined && writeFinish(finish).status === 'incomplete';
  const items: JsonObject[] = [];
  let words: JsonObject[] | undefined;
  let phase: Phase | undefined;
  for (const [at, block] of blocks.entries()) {
    if (isWords(block)) {
      const next = phaseAfter(phase, isCommentary(block));
      if (words === undefined || next !== phase) {
        words = [];
        phase = next;
        const isCut =
          wasCut &&
          blocks.slice(at).every((one) => isWords(one) && isCommentary(one) === isCommentary(block));
        const id = itemId('msg', replyId, items.length);
        items.push(messageItem(id, words, isCut ? 'incomplete' : 'completed', phase));
      }
      words.push(writeWords(block));
      continue;
    }
    const item = writeItem(block, blocks[at - 1], {
      replyId,
      place: items.length,
      declared,
      wasCut,
      isLast: at === blocks.length - 1,
    });
    if (item === undefined) continue;
    words = undefined;
    items.push(item);
  }
  return items;
}

type Words = Extract<ReplyBlock, { type: 'text' | 'refusal' }>;

function isWords(block: ReplyBlock): block is Words {
  return block.type === 'text' || block.type === 'refusal';
}

/** Returns the phase of a message: an answer has one only after a commentary. */
export function phaseAfter(before: Phase | undefined, isCommentary: boolean): Phase | undefined {
  if (isCommentary) return 'commentary';
  return before && 'final_answer';
}

function isCommentary(block: Words): boolean {
  return block.type === 'text' && block.commentary === true;
}

function writeWords(block: Words): JsonObject {
  if (block.type === 'refusal') return refusalPart(block.text);
  // Messages are apart already, so no break is needed between them.
  const text = block.text.slice(block.breakLength);
  return textPart(
    text,
    block.citations.map((citation) => writeAnnotation(citation, text.length)),
  );
}

function writeItem(
  block: Exclude<ReplyBlock, Words>,
  before: ReplyBlock | undefined,
  {
    replyId,
    place,
    declared,
    wasCut,
    isLast,
  }: {
    readonly replyId: string;
    readonly place: number;
    readonly declared: DeclaredTools;
    readonly wasCut: boolean;
    readonly isLast: boolean;
  },
): JsonObject | undefined {
  switch (block.type) {
    case 'reasoning':
      return reasoningItem(itemId('rs', replyId, place), block.text, proofOf(block));
    case 'tool-call': {
      const tool = declared.get(block.name);
      const isCustom = tool?.type === 'custom';
      const call = { id: block.id, name: block.name, tool };
      const isCut = wasCut && isCutCall(block.arguments, isLast);
      const input = isCustom ? freeformInput(block.arguments) : block.arguments || (isCut ? '' : '{}');
      const id = itemId(isCustom ? 'ctc' : 'fc', replyId, place);
      return callItem(id, call, input, isCut ? 'incomplete' : 'completed');
    }
    case 'image':
      if (before?.type === 'opaque' && holdsImage(before, block)) return undefined;
      return imageItem(itemId('ig', replyId, place), block.mediaType, block.data);
    case 'opaque':
      return block.dialect === 'openai-responses' ? block.value : undefined;
  }
}

function proofOf({ signature, redacted }: Extract<ReplyBlock, { type: 'reasoning' }>): JsonObject {
  if (redacted !== undefined) return writeProof('redacted', redacted);
  return signature === undefined ? withoutProof : writeProof('signature', signature);
}

/** Whether an image was read from OpenAI's own item, which is written unchanged. */
function holdsImage(
  opaque: Extract<ReplyBlock, { type: 'opaque' }>,
  image: { readonly index: number },
): boolean {
  return opaque.dialect === 'openai-responses' && opaque.index === image.index;
}

export function messageItem(
  id: string,
  content: JsonObject[],
  status: ItemStatus | 'in_progress',
  phase?: Phase,
): JsonObject {
  return { type: 'message', id, status, role: 'assistant', ...(phase && { phase }), content };
}

export function textPart(text: string, annotations: JsonObject[] = []): JsonObject {
  return { type: 'output_text', text, annotations, logprobs: [] };
}

export function refusalPart(refusal: string): JsonObject {
  return { type: 'refusal', refusal };
}

/**
 * Writes a reasoning item. Thoughts go into the summary, where every client expects them; OpenAI's own proof carries
 * its own id.
 */
export function reasoningItem(id: string, text: string, proof: JsonObject): JsonObject {
  return { type: 'reasoning', id, summary: text === '' ? [] : [summaryPart(text)], ...proof };
}

export function summaryPart(text: string): JsonObject {
  return { type: 'summary_text', text };
}

/** A call, and the tool as its client declared it. */
export type DeclaredCall = {
  readonly id: string;
  readonly name: string;
  readonly tool: DeclaredTool | undefined;
};

/** Writes a call item. `input`: the JSON text of a function's arguments, or the text for a custom tool. */
export function callItem(
  id: string,
  { id: call_id, name, tool }: DeclaredCall,
  input: string,
  status: ItemStatus | 'in_progress',
): JsonObject {
  const called = {
    call_id,
    name: tool?.name ?? name,
    ...(tool?.namespace !== undefined && { namespace: tool.namespace }),
  };
  if (tool?.type === 'custom') return { type: 'custom_tool_call', id, status, ...called, input };
  return { type: 'function_call', id, status, ...called, arguments: input };
}

/**
 * Whether a call of an incomplete answer was cut off: the last call always, even if its arguments are JSON, because
 * providers of whole answers close what was cut; any other call if its arguments are not complete. A call without
 * arguments is judged only by its position.
 */
export function isCutCall(args: string, isLast: boolean): boolean {
  return isLast || (args !== '' && !isJson(args));
}

/** Whether a call's arguments are complete: no beginning of a JSON object is valid JSON by itself. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function imageItem(id: string, mediaType: string, data: string): JsonObject {
  const output_format = mediaType.replace(/^image\//, '');
  return { type: 'image_generation_call', id, status: 'completed', output_format, result: data };
}
