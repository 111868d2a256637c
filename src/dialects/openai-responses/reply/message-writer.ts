import type { JsonObject } from '../../../core/json/json.ts';
import type { Citation } from '../../../core/wire/stream-part.ts';
import { writeAnnotation } from './citation.ts';
import type { EventWriter } from './event-writer.ts';
import { messageItem, refusalPart, textPart, type ItemStatus, type Phase } from '../output-items.ts';

type WordType = 'text' | 'refusal';

/** Writes one message item as it arrives: its parts follow each other, each from one block. */
export type MessageWriter = {
  say(type: WordType, block: number, text: string): void;
  cite(block: number, citation: Citation): void;
  close(status: ItemStatus): void;
};

export function messageWriter(
  events: EventWriter,
  idAt: (place: number) => string,
  phase?: Phase,
): MessageWriter {
  const id = idAt(events.output.length);
  const place = events.open(messageItem(id, [], 'in_progress', phase));
  const content: JsonObject[] = [];
  let open: { readonly type: WordType; readonly block: number } | undefined;
  let text = '';
  let annotations: JsonObject[] = [];
  /** Sources of the open part: the words that they cover are known only at its end. */
  let cited: Citation[] = [];
  let head = '';

  const partOf = (type: WordType) => (type === 'text' ? textPart(text, annotations) : refusalPart(text));
  const where = () => ({ item_id: id, output_index: place, content_index: content.length });

  function enter(type: WordType, block: number): void {
    if (open?.type === type && open.block === block) return;
    closePart();
    open = { type, block };
    text = '';
    annotations = [];
    head = JSON.stringify(where()).slice(1, -1);
    events.send('response.content_part.added', { ...where(), part: partOf(type) });
  }

  function closePart(): void {
    if (open === undefined) return;
    annotate();
    const part = partOf(open.type);
    if (open.type === 'text') events.send('response.output_text.done', { ...where(), text, logprobs: [] });
    else events.send('response.refusal.done', { ...where(), refusal: text });
    events.send('response.content_part.done', { ...where(), part });
    content.push(part);
    open = undefined;
  }

  function annotate(): void {
    for (const citation of cited) {
      const annotation = writeAnnotation(citation, text.length);
      events.send('response.output_text.annotation.added', {
        ...where(),
        annotation_index: annotations.length,
        annotation,
      });
      annotations.push(annotation);
    }
    cited = [];
  }

  return {
    say(type, block, delta) {
      enter(type, block);
      text += delta;
      if (type === 'text') events.delta('response.output_text.delta', head, delta, ',"logprobs":[]');
      else events.delta('response.refusal.delta', head, delta);
    },
    cite(block, citation) {
      enter('text', block);
      cited.push(citation);
    },
    close(status) {
      closePart();
      events.close(place, messageItem(id, content, status, phase));
    },
  };
}
