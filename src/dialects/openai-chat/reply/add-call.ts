import type { JsonObject } from '../../../core/json/json.ts';
import type { ToolCallBlock } from '../../../core/wire/collected-reply.ts';
import { freeformInput } from '../../openai/freeform-input.ts';
import type { DeclaredTools } from '../../openai/freeform-tool.ts';
import { appendTo } from './append-to.ts';
import type { CallSignatures } from '../google-signature.ts';

/** What decides how the calls of an answer are written. */
export type WrittenCalls = { readonly declared: DeclaredTools; readonly signatures: CallSignatures };

/** Adds a call to a whole message, in the form in which the client declared its tool. */
export function addCall(
  message: JsonObject,
  { id, name, arguments: args }: ToolCallBlock,
  { declared, signatures }: WrittenCalls,
): void {
  switch (declared.get(name)?.type) {
    case 'legacy-function':
      message.function_call = { name, arguments: args };
      return;
    case 'custom':
      appendTo(message, 'tool_calls', { id, type: 'custom', custom: { name, input: freeformInput(args) } });
      return;
    default: {
      const called = { id, type: 'function', function: { name, arguments: args } };
      appendTo(message, 'tool_calls', { ...called, ...signatures.beside(id) });
    }
  }
}
