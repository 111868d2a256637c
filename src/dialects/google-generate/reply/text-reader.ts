import type { JsonObject } from '../../../core/json/json.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { readCitations } from './citation.ts';
import { sealSignature, type SignedPart } from '../../makers/gemini-signatures.ts';

/** Reads texts and thoughts, the sources of texts, and numbers the blocks of an answer. */
export type TextReader = {
  say(text: string, signature: string | undefined): void;
  think(text: string, signature: string | undefined): void;
  /** Emits the sources that no earlier event has listed. */
  cite(grounding: JsonObject): void;
  /** Ends the open block and returns the number of the next. */
  nextBlock(): number;
  /** Emits the proof of another part, in a block of its own. */
  sign(signature: string, part: SignedPart): void;
  /** Emits the proof of the last text, which closes its block. */
  signText(): void;
};

export function textReader(emit: Emit): TextReader {
  let blocks = 0;
  /** The type of the open block, so that text is appended to it. */
  let open: 'text' | 'thought' | undefined;
  /** The last block of text: sources are listed after it, and say which of its words they support. */
  let last: { readonly index: number; text: string } | undefined;
  /** The proof of a text that may still get sources: they belong to its block, which a proof would close. */
  let textSignature: string | undefined;
  const cited = new Set<string>();

  function nextBlock(): number {
    open = undefined;
    blocks += 1;
    return blocks - 1;
  }

  function blockFor(kind: 'text' | 'thought'): number {
    if (open !== kind) blocks += 1;
    open = kind;
    return blocks - 1;
  }

  function textBlock(): { readonly index: number; text: string } {
    const index = blockFor('text');
    if (last?.index !== index) last = { index, text: '' };
    return last;
  }

  function sign(signature: string, part: SignedPart): void {
    emit({ type: 'reasoning-signature', index: nextBlock(), signature: sealSignature(signature, part) });
  }

  return {
    say(text, signature) {
      if (text !== '') {
        const block = textBlock();
        emit({ type: 'text-delta', index: block.index, text });
        block.text += text;
      }
      textSignature = signature;
    },
    think(text, signature) {
      const index = blockFor('thought');
      if (text !== '') emit({ type: 'reasoning-delta', index, text });
      if (signature === undefined) return;
      const proof = sealSignature(signature, { at: 'thought' });
      emit({ type: 'reasoning-signature', index, signature: proof });
      open = undefined;
    },
    cite(grounding) {
      const citations = readCitations(grounding, last?.text ?? '');
      const fresh = citations.filter(({ raw }) => !cited.has(JSON.stringify(raw)));
      for (const citation of fresh) {
        cited.add(JSON.stringify(citation.raw));
        emit({ type: 'citation', index: (last ?? textBlock()).index, citation });
      }
    },
    nextBlock,
    sign,
    signText() {
      if (textSignature !== undefined) sign(textSignature, { at: 'text' });
      textSignature = undefined;
    },
  };
}
