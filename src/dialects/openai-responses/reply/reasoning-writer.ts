import type { JsonObject } from '../../../core/json/json.ts';
import type { EventWriter } from './event-writer.ts';
import { reasoningItem, summaryPart } from '../output-items.ts';
import type { ReasoningProof } from '../reasoning-proof.ts';
import { withoutProof, writeProof } from '../reasoning-proof.ts';

/** Writes one reasoning item as it arrives: a summary with one part, and a proof that is known at its end. */
export type ReasoningWriter = {
  readonly block: number;
  say(text: string): void;
  prove(kind: ReasoningProof['kind'], proof: string): void;
  close(): void;
};

export function reasoningWriter(
  events: EventWriter,
  block: number,
  idAt: (place: number) => string,
): ReasoningWriter {
  const id = idAt(events.output.length);
  const place = events.open(reasoningItem(id, '', {}));
  const where: JsonObject = { item_id: id, output_index: place, summary_index: 0 };
  const head = JSON.stringify(where).slice(1, -1);
  let text = '';
  let seal: { readonly kind: ReasoningProof['kind']; proof: string } | undefined;

  return {
    block,
    say(delta) {
      if (text === '') {
        events.send('response.reasoning_summary_part.added', { ...where, part: summaryPart('') });
      }
      text += delta;
      events.delta('response.reasoning_summary_text.delta', head, delta);
    },
    prove(kind, proof) {
      // Some signatures arrive in pieces.
      if (seal?.kind === kind) seal.proof += proof;
      else seal = { kind, proof };
    },
    close() {
      if (text !== '') {
        events.send('response.reasoning_summary_text.done', { ...where, text });
        events.send('response.reasoning_summary_part.done', { ...where, part: summaryPart(text) });
      }
      const proven = seal ? writeProof(seal.kind, seal.proof) : withoutProof;
      // OpenAI's own proof carries the id that it was made for, which may differ from the announced one.
      events.close(place, reasoningItem(id, text, proven));
    },
  };
}
