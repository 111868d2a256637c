import type { JsonObject } from '../../../core/json/json.ts';
import { nameOf, objectOf } from '../../fields/loose-fields.ts';
import { schemaToolName, structuredText } from '../../tools/schema-tool.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { partialArguments, type PartialArguments } from './partial-arguments.ts';
import type { TextReader } from './text-reader.ts';

/** Reads function calls, whose arguments come whole or in pieces. */
export type CallReader = {
  read(call: JsonObject, signature: string | undefined): void;
  /** Emits the arguments of the open call. */
  close(): void;
  isOpen(): boolean;
  sawCalls(): boolean;
};

/** A call whose arguments are still arriving. `answer`: they are a structured answer. */
type OpenCall = { readonly index: number; readonly answer: boolean; readonly args: PartialArguments };

export function callReader(
  emit: Emit,
  { blocks, replyId }: { readonly blocks: TextReader; readonly replyId: () => string },
): CallReader {
  let call: OpenCall | undefined;
  let calls = 0;
  let answers = 0;

  function open(name: string, found: JsonObject, signature: string | undefined): void {
    const answer = name === schemaToolName;
    const number = answer ? (answers += 1) : (calls += 1);
    // Gemini 2 gives no ids; other dialects require one that is unique in the conversation.
    const id = nameOf(found.id) ?? `call_${replyId()}_${number}`;
    if (signature !== undefined && !answer) blocks.sign(signature, { at: 'call', callId: id });
    const index = blocks.nextBlock();
    if (!answer) emit({ type: 'tool-call-start', index, id, name });
    call = { index, answer, args: partialArguments(objectOf(found.args)) };
  }

  function close(): void {
    if (call === undefined) return;
    const { index, answer, args } = call;
    const text = args.json();
    emit(answer ? structuredText(index, text) : { type: 'tool-call-delta', index, text });
    call = undefined;
  }

  return {
    read(found, signature) {
      const name = nameOf(found.name);
      if (name !== undefined) {
        close();
        open(name, found, signature);
      }
      call?.args.add(found.partialArgs);
      if (found.willContinue !== true) close();
    },
    close,
    isOpen: () => call !== undefined,
    sawCalls: () => calls > 0,
  };
}
