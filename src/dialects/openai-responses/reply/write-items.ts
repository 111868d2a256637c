import type {
  CollectedReply,
  OpaqueBlock,
  ReasoningBlock,
  RefusalBlock,
  ReplyBlock,
  TextBlock,
} from '../../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { writeAnnotation } from './citation.ts';
import { freeformInput } from '../../openai/freeform-input.ts';
import { declaredTools, type DeclaredTools } from '../../openai/freeform-tool.ts';
import {
  callItem,
  imageItem,
  messageItem,
  phaseAfter,
  reasoningItem,
  refusalPart,
  textPart,
  type Phase,
} from '../output-items.ts';
import { isCutCall } from './cut-call.ts';
import { writeFinish } from './finish-reason.ts';
import { itemId } from '../item-id.ts';
import { withoutProof, writeProof } from '../reasoning-proof.ts';

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

type Words = TextBlock | RefusalBlock;

function isWords(block: ReplyBlock): block is Words {
  return block.type === 'text' || block.type === 'refusal';
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

function proofOf({ signature, redacted }: ReasoningBlock): JsonObject {
  if (redacted !== undefined) return writeProof('redacted', redacted);
  return signature === undefined ? withoutProof : writeProof('signature', signature);
}

/** Whether an image was read from OpenAI's own item, which is written unchanged. */
function holdsImage(opaque: OpaqueBlock, image: { readonly index: number }): boolean {
  return opaque.dialect === 'openai-responses' && opaque.index === image.index;
}
