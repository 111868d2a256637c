import type { JsonObject } from '../../../core/json/json.ts';
import type { BlockPart, Citation } from '../../../core/wire/stream-part.ts';
import { openSignature } from '../../makers/gemini-signatures.ts';
import { argumentsObject } from '../../tools/parse-arguments.ts';
import { writeProof } from '../client-proof.ts';

/** Writes content as the parts of Gemini's messages. */
export type PartsWriter = {
  /** Returns the parts of Gemini's that are complete with this one. */
  write(part: BlockPart): JsonObject[];
  /** Returns the calls that waited for more. */
  rest(): JsonObject[];
  /** What Gemini reports with the finish reason. */
  readonly end: { refused: boolean; readonly citations: Citation[] };
};

/** A function call is written whole, because only the newest clients accept it in pieces. */
export function partsWriter(): PartsWriter {
  const end: PartsWriter['end'] = { refused: false, citations: [] };
  const open = new Map<number, { readonly id: string; readonly name: string; json: string }>();
  const ofCalls = new Map<string, string>();
  let ofNextPart: string | undefined;

  function rest(): JsonObject[] {
    const calls = [...open.values()].map(({ id, name, json }) => {
      const args = argumentsObject(json);
      const thoughtSignature = ofCalls.get(id);
      return {
        functionCall: { id, name, args },
        ...(thoughtSignature !== undefined && { thoughtSignature }),
      };
    });
    open.clear();
    return calls;
  }

  function sign(signature: string): JsonObject[] {
    const own = openSignature(signature);
    if (own === undefined) return [{ text: '', thought: true, thoughtSignature: writeProof({ signature }) }];
    if (own.at === 'call') ofCalls.set(own.callId, own.thoughtSignature);
    else if (own.at === 'part' || own.at === 'image') ofNextPart = own.thoughtSignature;
    else {
      const thought = own.at === 'thought' && { thought: true };
      return [{ text: '', ...thought, thoughtSignature: own.thoughtSignature }];
    }
    return [];
  }

  function signedPart(made: JsonObject): JsonObject {
    const signature = ofNextPart;
    ofNextPart = undefined;
    return signature === undefined ? made : { ...made, thoughtSignature: signature };
  }

  function write(part: BlockPart): JsonObject[] {
    switch (part.type) {
      case 'tool-call-start':
        open.set(part.index, { id: part.id, name: part.name, json: '' });
        return [];
      case 'tool-call-delta': {
        const call = open.get(part.index);
        if (call) call.json += part.text;
        return [];
      }
      case 'text-delta':
        return [...rest(), { text: part.text }];
      case 'refusal-delta':
        end.refused = true;
        return [...rest(), { text: part.text }];
      case 'reasoning-delta':
        return [...rest(), { text: part.text, thought: true }];
      case 'reasoning-signature':
        return [...rest(), ...sign(part.signature)];
      case 'reasoning-redacted':
        return [
          ...rest(),
          { text: '', thought: true, thoughtSignature: writeProof({ redacted: part.data }) },
        ];
      case 'image':
        return [...rest(), signedPart({ inlineData: { mimeType: part.mediaType, data: part.data } })];
      case 'opaque':
        return part.dialect === 'google-generate' ? [...rest(), signedPart(part.value)] : rest();
      case 'citation':
        end.citations.push(part.citation);
        return [];
    }
  }

  return { write, rest, end };
}
