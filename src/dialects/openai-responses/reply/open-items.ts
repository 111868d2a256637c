import type { JsonObject } from '../../../core/json/json.ts';
import type { DeclaredTools } from '../../openai/freeform-tool.ts';
import { callWriter } from './call-writer.ts';
import type { CallWriter } from './call-writer.ts';
import type { EventWriter } from './event-writer.ts';
import { itemId } from '../item-id.ts';
import type { IdKind } from '../item-id.ts';
import { messageWriter } from './message-writer.ts';
import type { MessageWriter } from './message-writer.ts';
import { reasoningWriter } from './reasoning-writer.ts';
import type { ReasoningWriter } from './reasoning-writer.ts';
import { imageItem, phaseAfter, type Phase } from '../output-items.ts';

/** Opens the items of one answer in order, each once the one before is closed. */
export type OpenItems = {
  /** Returns the open message, or a new one if none is open or its phase has ended. */
  message(isCommentary?: boolean): MessageWriter;
  /** Returns the open message, whatever its phase, or a new one. */
  lastMessage(): MessageWriter;
  reasoning(block: number): ReasoningWriter;
  startCall(block: number, call: { readonly id: string; readonly name: string }): void;
  call(block: number): CallWriter | undefined;
  /** Writes an item that came whole. */
  whole(item: JsonObject): void;
  image(mediaType: string, data: string): void;
  /** Closes everything. `cut`: the answer ended before it was complete. */
  end(cut: boolean): void;
};

export function openItems(
  events: EventWriter,
  { replyId, declared }: { readonly replyId: string; readonly declared: DeclaredTools },
): OpenItems {
  const calls = new Map<number, CallWriter>();
  let message: MessageWriter | undefined;
  /** The phase of the last message. */
  let phase: Phase | undefined;
  let thought: ReasoningWriter | undefined;

  const idOf = (kind: IdKind) => (place: number) => itemId(kind, replyId, place);

  /**
   * Closes what must not stay open next to a new item. Some providers interleave calls: one that is not complete stays
   * open next to the following one.
   */
  function closeOthers(): void {
    closeWords(false);
    for (const [block, call] of calls) if (call.whole()) closeCall(block, call, false);
  }

  function closeWords(cut: boolean): void {
    message?.close(cut ? 'incomplete' : 'completed');
    message = undefined;
    thought?.close();
    thought = undefined;
  }

  function closeCall(block: number, call: CallWriter, cut: boolean): void {
    call.close(cut);
    calls.delete(block);
  }

  function messageOf(isCommentary = false): MessageWriter {
    const next = phaseAfter(phase, isCommentary);
    if (message && next === phase) return message;
    closeOthers();
    phase = next;
    return (message = messageWriter(events, idOf('msg'), phase));
  }

  function whole(item: JsonObject): void {
    closeOthers();
    events.close(events.open(item), item);
  }

  return {
    message: messageOf,
    lastMessage: () => message ?? messageOf(),
    reasoning(block) {
      if (thought?.block === block) return thought;
      closeOthers();
      return (thought = reasoningWriter(events, block, idOf('rs')));
    },
    startCall(block, { id, name }) {
      closeOthers();
      calls.set(block, callWriter(events, { id, name, tool: declared.get(name) }, idOf));
    },
    call: (block) => calls.get(block),
    whole,
    image: (mediaType, data) => whole(imageItem(idOf('ig')(events.output.length), mediaType, data)),
    end(cut) {
      closeWords(cut);
      for (const [block, call] of calls) closeCall(block, call, cut);
    },
  };
}
