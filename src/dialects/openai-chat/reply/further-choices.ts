import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { ownMember, setOwnMember } from '../../../core/json/own-members.ts';
import { replyCollector, type ReplyBlock } from '../../../core/wire/collected-reply.ts';
import { nameOf, objectOf } from '../../fields/loose-fields.ts';
import type { DeclaredTools } from '../../openai/freeform-tool.ts';
import { addCall } from './add-call.ts';
import { cutsAnswer } from './finish-reason.ts';
import { joinPiece } from './join-piece.ts';
import { callSignatures } from '../google-signature.ts';
import { callPieces, toolCallReader } from './tool-call-reader.ts';

/**
 * Returns the further answers to one request (`n`) as a whole reply has them. Each arrives as choices with a `delta`:
 * one in a whole reply, many in a stream.
 */
export function furtherChoices(
  deltas: readonly JsonObject[],
  { replyId, declared }: { readonly replyId: string; readonly declared: DeclaredTools },
): JsonObject[] {
  const byIndex = Map.groupBy(deltas, ({ index }) => index);
  return [...byIndex].map(([index, ofChoice]) =>
    wholeChoice(ofChoice, { choiceId: `${replyId}_${String(index)}`, declared }),
  );
}

type Choice = { readonly choiceId: string; readonly declared: DeclaredTools };

function wholeChoice(deltas: readonly JsonObject[], { choiceId, declared }: Choice): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null };
  const choice: JsonObject = { index: 0, message, logprobs: null, finish_reason: null };
  const pieces: JsonObject[][] = [];
  for (const { delta, logprobs, ...rest } of deltas) {
    const { tool_calls: _calls, function_call: _called, ...said } = objectOf(delta);
    pieces.push(callPieces(objectOf(delta)));
    joinPiece(message, said);
    if (isJsonObject(logprobs)) joinPiece(choice, { logprobs });
    for (const [member, value] of Object.entries(rest)) {
      setOwnMember(choice, member, value ?? ownMember(choice, member) ?? null);
    }
  }
  const signatures = callSignatures();
  for (const block of wholeCalls(pieces, choiceId, cutsAnswer(nameOf(choice.finish_reason)))) {
    if (block.type === 'reasoning' && block.signature !== undefined) signatures.note(block.signature);
    if (block.type === 'tool-call') addCall(message, block, { declared, signatures });
  }
  return choice;
}

/** Joins the pieces of calls as those of the first answer are. */
function wholeCalls(
  pieces: readonly JsonObject[][],
  choiceId: string,
  wasCut: boolean,
): readonly ReplyBlock[] {
  const { reply, add } = replyCollector();
  let blocks = 0;
  const calls = toolCallReader(add, { nextBlock: () => blocks++, replyId: () => choiceId });
  for (const ofDelta of pieces) calls.read(ofDelta);
  calls.end(wasCut);
  return reply.blocks;
}
