import type { JsonObject } from '../../../core/json/json.ts';
import { objectsOf, textOf } from '../../fields/loose-fields.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { readAnnotation } from './citation.ts';
import { missingRest } from './missing-rest.ts';
import { readProof } from '../reasoning-proof.ts';

const partTypes = {
  output_text: 'text-delta',
  refusal: 'refusal-delta',
  reasoning_text: 'reasoning-delta',
  summary_text: 'reasoning-delta',
} as const;

/** The kinds of texts in items, as OpenAI calls the types of their parts. */
export type TextKind = keyof typeof partTypes;

/** One text of an item. `offset`: how many characters at the start of its block Conclave added. */
type Piece = { readonly block: number; text: string; readonly offset?: number };

/** The texts of one item. */
export type ItemTexts = {
  /** By their names (`content.0`, `summary.1`). */
  readonly pieces: Map<string, Piece>;
  /** How many citations each content has so far. */
  readonly citations: Map<number, number>;
  /** The block that contains all reasoning of the item. */
  thought?: number;
  /** The proof of its reasoning has come. */
  proven?: true;
  /** The item is a commentary: text that OpenAI's newer models write before the answer (`phase`). */
  commentary?: true;
};

/** Reads the texts of items: from deltas, and from the finished item what no delta has brought. */
export type TextReader = {
  /** `at`: which of the item's contents, or of its summaries. */
  delta(item: ItemTexts, kind: TextKind, at: number, text: string): void;
  /** Takes a whole text, unless deltas have brought it. */
  whole(item: ItemTexts, kind: TextKind, at: number, part: JsonObject): void;
  cite(item: ItemTexts, content: number, annotation: JsonObject): void;
  finishMessage(item: ItemTexts, message: JsonObject): void;
  finishReasoning(item: ItemTexts, reasoning: JsonObject): void;
  /** Tells the proof of an item that has ended without it: Azure sends it with the finished response, others in a second end. */
  proveLate(item: ItemTexts, reasoning: JsonObject): void;
};

const paragraph = '\n\n';

export function textReader(emit: Emit, nextBlock: () => number): TextReader {
  /** Whether the last text was a commentary. */
  let hasCommented = false;

  function pieceOf(item: ItemTexts, name: string, kind: TextKind): Piece {
    let piece = item.pieces.get(name);
    if (piece === undefined) {
      const block = partTypes[kind] === 'reasoning-delta' ? (item.thought ??= nextBlock()) : nextBlock();
      piece = { block, text: '' };
      item.pieces.set(name, piece);
    }
    return piece;
  }

  function delta(item: ItemTexts, kind: TextKind, at: number, text: string): void {
    if (text === '') return;
    const name = textName(kind, at);
    const type = partTypes[kind];
    const next = type === 'reasoning-delta' && item.pieces.size > 0 && !item.pieces.has(name);
    if (type === 'text-delta' && hasCommented && !item.commentary) startParagraph(item, name);
    if (type === 'text-delta') hasCommented = item.commentary === true;
    const piece = pieceOf(item, name, kind);
    const part = {
      type,
      index: piece.block,
      // Summaries are paragraphs of one thought.
      text: next ? paragraph + text : text,
    };
    emit(item.commentary && type === 'text-delta' ? { ...part, type, commentary: true } : part);
    piece.text += text;
  }

  /** Clients join the texts of an answer, so text after a commentary begins a new paragraph. */
  function startParagraph(item: ItemTexts, name: string): void {
    const block = nextBlock();
    item.pieces.set(name, { block, text: '', offset: paragraph.length });
    emit({ type: 'text-delta', index: block, text: paragraph, commentary: 'break' });
  }

  function finishText(item: ItemTexts, kind: TextKind, at: number, part: JsonObject): void {
    const told = item.pieces.get(textName(kind, at))?.text ?? '';
    delta(item, kind, at, missingRest(emit, wholeText(kind, part), told));
  }

  function cite(item: ItemTexts, content: number, annotation: JsonObject): void {
    item.citations.set(content, (item.citations.get(content) ?? 0) + 1);
    const { block, offset = 0 } = pieceOf(item, textName('output_text', content), 'output_text');
    const { place, ...citation } = readAnnotation(annotation);
    const moved = place && { start: place.start + offset, end: place.end + offset };
    emit({ type: 'citation', index: block, citation: { ...citation, ...(moved && { place: moved }) } });
  }

  return {
    delta,
    whole(item, kind, at, part) {
      if (!item.pieces.get(textName(kind, at))?.text) delta(item, kind, at, wholeText(kind, part));
    },
    cite,
    finishMessage(item, message) {
      for (const [content, part] of objectsOf(message.content).entries()) {
        finishText(item, part.type === 'refusal' ? 'refusal' : 'output_text', content, part);
        const cited = item.citations.get(content) ?? 0;
        for (const annotation of objectsOf(part.annotations).slice(cited)) cite(item, content, annotation);
      }
    },
    finishReasoning(item, reasoning) {
      for (const [at, part] of objectsOf(reasoning.summary).entries())
        finishText(item, 'summary_text', at, part);
      for (const [at, part] of objectsOf(reasoning.content).entries())
        finishText(item, 'reasoning_text', at, part);
      const proof = readProof(reasoning, item.pieces.size > 0);
      // A thought without a text keeps its place for a proof that comes late.
      const index = (item.thought ??= nextBlock());
      if (proof === undefined) return;
      item.proven = true;
      if (proof.kind === 'redacted') emit({ type: 'reasoning-redacted', index, data: proof.proof });
      else emit({ type: 'reasoning-signature', index, signature: proof.proof });
    },
    proveLate(item, reasoning) {
      const proof = item.proven ? undefined : readProof(reasoning, item.pieces.size > 0);
      if (proof === undefined) return;
      item.proven = true;
      emit({ type: 'late-proof', thought: (item.thought ??= nextBlock()), ...proof });
    },
  };
}

function textName(kind: TextKind, at: number): string {
  return `${kind === 'summary_text' ? 'summary' : 'content'}.${at}`;
}

function wholeText(kind: TextKind, { text, refusal }: JsonObject): string {
  return textOf(kind === 'refusal' ? refusal : text);
}
