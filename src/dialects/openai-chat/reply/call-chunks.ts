import type { StreamPart } from '../../../core/wire/stream-part.ts';
import type { DeclaredTools } from '../../openai/freeform-tool.ts';
import type { ChunkText } from './chunk-text.ts';
import { customCall, type CustomCall } from './custom-call.ts';
import type { CallSignatures } from '../google-signature.ts';

/** Returns the chunks of tool calls, in the form in which the client declared each tool. */
export type CallChunks = {
  start(call: Extract<StreamPart, { type: 'tool-call-start' }>): string;
  add(block: number, text: string): string;
  /** The text of custom tools' calls that waited for more. */
  rest(): string;
  /** Whether the client's older `functions` were called. */
  sawFunction(): boolean;
};

export function callChunks(
  chunks: ChunkText,
  { declared, signatures }: { readonly declared: DeclaredTools; readonly signatures: CallSignatures },
): CallChunks {
  /** The number of each call on the wire, by its block. */
  const numbers = new Map<number, number>();
  const customs = new Map<number, CustomCall>();
  /** The block of the call in the older form; there is only one. */
  let functionBlock: number | undefined;

  const delta = (block: number, members: string) =>
    chunks.delta(`{"tool_calls":[{"index":${numbers.get(block)},${members}}]}`);
  const input = (block: number, text: string) =>
    text === '' ? '' : delta(block, `"custom":{"input":${JSON.stringify(text)}}`);

  const besideCall = (id: string) => {
    const beside = signatures.beside(id);
    return 'extra_content' in beside ? `,"extra_content":${JSON.stringify(beside.extra_content)}` : '';
  };

  return {
    start({ index: block, id, name }) {
      const type = declared.get(name)?.type;
      if (type === 'legacy-function') {
        functionBlock = block;
        return chunks.member('function_call', { name, arguments: '' });
      }
      numbers.set(block, numbers.size);
      const head = `"id":${JSON.stringify(id)}`;
      if (type === 'custom') {
        customs.set(block, customCall());
        return delta(block, `${head},"type":"custom","custom":{"name":${JSON.stringify(name)},"input":""}`);
      }
      return delta(
        block,
        `${head},"type":"function","function":{"name":${JSON.stringify(name)},"arguments":""}${besideCall(id)}`,
      );
    },
    add(block, text) {
      if (block === functionBlock) return chunks.member('function_call', { arguments: text });
      const custom = customs.get(block);
      if (custom) return input(block, custom.add(text));
      return delta(block, `"function":{"arguments":${JSON.stringify(text)}}`);
    },
    rest: () => [...customs].map(([block, custom]) => input(block, custom.rest())).join(''),
    sawFunction: () => functionBlock !== undefined,
  };
}
