import type { JsonObject } from '../../../core/json/json.ts';
import type { Citation, TextPlace } from '../../../core/wire/stream-part.ts';
import { writeAnnotation } from './reply-pieces.ts';

/**
 * Collects the single text that Chat Completions has for all blocks of an answer, and the sources of each block with
 * their positions in it.
 */
export type CitedText = {
  say(block: number, text: string): void;
  cite(block: number, citation: Citation): void;
  /**
   * Returns the annotations that can be written before a part of this block: the text that a source covers is known
   * once its block ends.
   */
  endedBy(block: number): JsonObject[] | undefined;
  /** Returns the annotations that have not been returned yet. */
  rest(): JsonObject[];
};

export function citedText(): CitedText {
  const places = new Map<number, TextPlace>();
  let waiting: { readonly block: number; readonly citation: Citation }[] = [];
  let open = { block: -1, start: 0 };
  let length = 0;

  function enter(block: number): void {
    if (open.block === block) return;
    places.set(open.block, { start: open.start, end: length });
    open = { block, start: length };
  }

  function placeOf(block: number): TextPlace {
    const whole = block === open.block ? undefined : places.get(block);
    return whole ?? { start: open.start, end: length };
  }

  function rest(): JsonObject[] {
    const annotations = waiting.map(({ block, citation }) => writeAnnotation(citation, placeOf(block)));
    waiting = [];
    return annotations;
  }

  return {
    say(block, text) {
      enter(block);
      length += text.length;
    },
    cite(block, citation) {
      if (!places.has(block)) enter(block);
      waiting.push({ block, citation });
    },
    endedBy: (block) => (waiting.length > 0 && block !== open.block ? rest() : undefined),
    rest,
  };
}
