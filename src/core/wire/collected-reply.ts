import { forEachItem } from '../streams/ready-iterator.ts';
import type { JsonObject } from '../json/json.ts';
import type { Citation, FinishPart, StreamPart } from './stream-part.ts';
import type { Usage } from '../money/usage.ts';

/** A block of a whole answer: neighbouring deltas of one index joined. */
export type ReplyBlock =
  | TextBlock
  | ReasoningBlock
  | ToolCallBlock
  | RefusalBlock
  | Extract<StreamPart, { type: 'image' }>
  | OpaqueBlock;

export type TextBlock = {
  readonly type: 'text';
  text: string;
  /** As in the deltas. */
  commentary?: true;
  /** How many characters at the start of the text are the break after a commentary. */
  breakLength?: number;
  readonly citations: Citation[];
};

export type ReasoningBlock = {
  readonly type: 'reasoning';
  text: string;
  signature?: string;
  redacted?: string;
};

export type ToolCallBlock = {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  arguments: string;
};

export type RefusalBlock = { readonly type: 'refusal'; text: string };

export type OpaqueBlock = Extract<StreamPart, { type: 'opaque' }>;

/** A complete answer: a stream that has been collected. */
export type CollectedReply = {
  id?: string;
  model?: string;
  readonly blocks: ReplyBlock[];
  usage?: Usage;
  /** As Anthropic describes it beside its message. */
  container?: JsonObject;
  finish?: ReplyFinish;
  readonly warnings: string[];
};

/** How an answer ended. `raw`: in the provider's own words. */
export type ReplyFinish = Pick<FinishPart, 'reason' | 'raw'>;

/** Returns an empty reply. */
export function emptyReply(): CollectedReply {
  return { blocks: [], warnings: [] };
}

/** Collects a whole stream. @throws the stream's own error, if it carries one. */
export async function collectReply(parts: AsyncIterable<readonly StreamPart[]>): Promise<CollectedReply> {
  const collector = replyCollector();
  await forEachItem(parts, (batch) => {
    for (const part of batch) collector.add(part);
  });
  return collector.reply;
}

/** Collects a stream part by part; `reply` is complete after the last one. `add` throws an `error` part's error. */
export function replyCollector(): { readonly reply: CollectedReply; add(part: StreamPart): void } {
  const reply = emptyReply();
  const open = new Map<number, ReplyBlock>();

  function block<T extends ReplyBlock['type']>(index: number, type: T, make: () => ReplyBlock & { type: T }) {
    const known = open.get(index);
    if (known?.type === type) return known as ReplyBlock & { type: T }; // the tag was compared on this line
    const made = make();
    open.set(index, made);
    reply.blocks.push(made);
    return made;
  }
  const text = (index: number) => block(index, 'text', () => ({ type: 'text', text: '', citations: [] }));
  const reasoning = (index: number) => block(index, 'reasoning', () => ({ type: 'reasoning', text: '' }));

  function add(part: StreamPart): void {
    switch (part.type) {
      case 'start':
        reply.id ??= part.id;
        reply.model ??= part.model;
        return;
      case 'text-delta': {
        const target = text(part.index);
        target.text += part.text;
        if (part.commentary === true) target.commentary = true;
        if (part.commentary === 'break') target.breakLength = part.text.length;
        return;
      }
      case 'reasoning-delta':
        reasoning(part.index).text += part.text;
        return;
      case 'reasoning-signature': {
        const target = reasoning(part.index);
        target.signature = (target.signature ?? '') + part.signature;
        return;
      }
      case 'reasoning-redacted':
        reasoning(part.index).redacted = part.data;
        return;
      case 'tool-call-start':
        block(part.index, 'tool-call', () => ({
          type: 'tool-call',
          id: part.id,
          name: part.name,
          arguments: '',
        }));
        return;
      case 'tool-call-delta': {
        const call = open.get(part.index);
        if (call?.type === 'tool-call') call.arguments += part.text;
        return;
      }
      case 'refusal-delta':
        block(part.index, 'refusal', () => ({ type: 'refusal', text: '' })).text += part.text;
        return;
      case 'citation':
        text(part.index).citations.push(part.citation);
        return;
      case 'image':
      case 'opaque':
        reply.blocks.push(part);
        return;
      case 'usage':
        reply.usage = part.usage;
        return;
      case 'finish':
        reply.finish =
          part.raw === undefined ? { reason: part.reason } : { reason: part.reason, raw: part.raw };
        return;
      case 'billed-apart':
      case 'prompt-grown':
      case 'late-proof':
        return;
      case 'kept':
        if (part.container) reply.container = part.container;
        return;
      case 'warning':
        reply.warnings.push(part.message);
        return;
      case 'error':
        throw part.error;
    }
  }
  return { reply, add };
}

/** Returns whether the answer was cut off by a token limit. */
export function isCut({ finish }: CollectedReply): boolean {
  return finish?.reason === 'length';
}

/** Returns whether the provider marked the answer as a refusal, or filtered it. */
export function isDeclined({ finish, blocks }: CollectedReply): boolean {
  return finish?.reason === 'content-filter' || blocks.some(({ type }) => type === 'refusal');
}

/** Returns the answer's text only, blocks joined without a separator. */
export function replyText(reply: CollectedReply): string {
  return reply.blocks.reduce((text, block) => (block.type === 'text' ? text + block.text : text), '');
}
