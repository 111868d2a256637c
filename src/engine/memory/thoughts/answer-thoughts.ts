import type { ThoughtField } from '../../../core/wire/content.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { isCallsProof } from './thought-proof.ts';
import type { CallingTurn } from './calling-turn.ts';

/** Collects the reasoning of an answer, and its tool calls, while it arrives. */
export type AnswerThoughts = {
  see(part: StreamPart): void;
  /** Proofs (signatures, encrypted content) of its reasoning, as far as they have arrived. */
  proofs(): readonly string[];
  /** Its tool calls, and the reasoning before them; `undefined` for an answer without calls. */
  callingTurn(): Pick<CallingTurn, 'calls' | 'thoughts'> | undefined;
};

type Thinking = {
  text: string;
  /** May come in pieces. */
  signature: string | undefined;
  redacted: string | undefined;
};

const none: readonly string[] = [];

export function answerThoughts(): AnswerThoughts {
  const thinking = new Map<number, Thinking>();
  const calls = new Map<number, { readonly id: string; readonly name: string; arguments: string }>();
  let field: ThoughtField | undefined;

  function block(index: number): Thinking {
    let found = thinking.get(index);
    if (!found) {
      found = { text: '', signature: undefined, redacted: undefined };
      thinking.set(index, found);
    }
    return found;
  }

  function thoughtOf({ text, signature, redacted }: Thinking): CallingTurn['thoughts'][number] {
    // A call's signature comes and returns beside its call, wherever the thoughts were told.
    const isTold = signature === undefined || !isCallsProof(signature);
    return {
      type: 'reasoning',
      text,
      ...(signature !== undefined && { signature }),
      ...(redacted !== undefined && { redacted }),
      ...(field && isTold && { field }),
    };
  }

  return {
    see(part) {
      switch (part.type) {
        case 'reasoning-delta':
          block(part.index).text += part.text;
          field ??= part.field;
          break;
        case 'reasoning-signature': {
          const found = block(part.index);
          found.signature = (found.signature ?? '') + part.signature;
          break;
        }
        case 'reasoning-redacted':
          block(part.index).redacted = part.data;
          break;
        case 'late-proof':
          block(part.thought)[part.kind] = part.proof;
          break;
        case 'tool-call-start':
          calls.set(part.index, { id: part.id, name: part.name, arguments: '' });
          break;
        case 'tool-call-delta': {
          const call = calls.get(part.index);
          if (call) call.arguments += part.text;
        }
      }
    },
    proofs() {
      if (thinking.size === 0) return none;
      return [...thinking.values()].flatMap(({ signature, redacted }) =>
        [signature, redacted].filter((proof) => proof !== undefined),
      );
    },
    callingTurn() {
      if (calls.size === 0) return undefined;
      const blocks = [...thinking].toSorted(([a], [b]) => a - b);
      return {
        calls: [...calls.values()],
        thoughts: blocks.map(([, thought]) => thoughtOf(thought)),
      };
    },
  };
}
