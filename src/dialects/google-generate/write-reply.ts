import type { CollectedReply, ReplyBlock } from '../../core/wire/collected-reply.ts';
import type { ReplyContext, ReplyWriter } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Citation, FinishReason, StreamPart } from '../../core/wire/stream-part.ts';
import type { Usage } from '../../core/money/usage.ts';
import { callsInTurn } from '../calls-in-turn.ts';
import { parseArguments } from '../parse-arguments.ts';
import { sseEvent } from '../sse.ts';
import { writeCitations } from './citation.ts';
import { writtenError } from './errors.ts';
import { writeFinishReason } from './finish-reason.ts';
import { openSignature, writeProof } from './signatures.ts';
import { writeUsage } from './usage.ts';

/** Writes a whole reply for a client: the content of a stream, in one piece. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  const writer = partsWriter();
  const parts = partsOf(reply).flatMap((part) => writer.write(part));
  const { finish = { reason: 'other' } } = reply;
  return envelope([...parts, ...writer.rest()], context, { finish, state: writer.state });
}

/**
 * Writes parts as Gemini's events. A function call is written whole, because only the newest clients accept it in
 * pieces.
 */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const writer = partsWriter();
  let over = false;
  let text = '';

  function event(part: StreamPart): JsonObject | undefined {
    if (over) return undefined;
    if (part.type === 'error') {
      over = true;
      return writtenError(part.error);
    }
    if (part.type === 'finish') {
      over = true;
      return envelope(writer.rest(), context, { finish: part, state: writer.state });
    }
    const parts = writer.write(part);
    return parts.length === 0 ? undefined : envelope(parts, context);
  }

  // A call is written when the next block begins, so it must be complete by then.
  const inTurn = callsInTurn((part) => {
    const body = event(part);
    if (body !== undefined) text += sseEvent(JSON.stringify(body));
  });
  return {
    push(parts) {
      text = '';
      for (const part of parts) inTurn(part);
      return text;
    },
    // Google's own client reads only data lines.
    ping: () => '',
  };
}

/** What is known only at the end of a reply. */
type End = { readonly finish: { reason: FinishReason; raw?: string }; readonly state: PartsWriter['state'] };

function envelope(parts: JsonObject[], { id, model }: ReplyContext, end?: End): JsonObject {
  const { usage, refused, citations } = end?.state ?? { citations: [] };
  const finishReason = end && (refused ? 'SAFETY' : writeFinishReason(end.finish));
  return {
    candidates: [
      {
        content: { role: 'model', parts },
        ...(finishReason && { finishReason }),
        ...writeCitations(citations),
        index: 0,
      },
    ],
    ...(usage && { usageMetadata: writeUsage(usage) }),
    modelVersion: model,
    responseId: id,
  };
}

/** Returns a collected reply as stream parts. */
function partsOf({ blocks, usage }: CollectedReply): StreamPart[] {
  const parts = blocks.flatMap((block, index): StreamPart[] => {
    switch (block.type) {
      case 'text':
        return [
          { type: 'text-delta', index, text: block.text },
          ...block.citations.map((citation) => ({ type: 'citation', index, citation }) as const),
        ];
      case 'refusal':
        return [{ type: 'refusal-delta', index, text: block.text }];
      case 'reasoning':
        return reasoningParts(block, index);
      case 'tool-call':
        return [
          { type: 'tool-call-start', index, id: block.id, name: block.name },
          { type: 'tool-call-delta', index, text: block.arguments },
        ];
      default:
        return [block];
    }
  });
  return usage ? [...parts, { type: 'usage', usage }] : parts;
}

function reasoningParts(
  { text, signature, redacted }: Extract<ReplyBlock, { type: 'reasoning' }>,
  index: number,
): StreamPart[] {
  const parts: StreamPart[] = text === '' ? [] : [{ type: 'reasoning-delta', index, text }];
  if (signature !== undefined) parts.push({ type: 'reasoning-signature', index, signature });
  if (redacted !== undefined) parts.push({ type: 'reasoning-redacted', index, data: redacted });
  return parts;
}

type PartsWriter = {
  /** Returns the parts of Gemini's that are complete with this one. */
  write(part: StreamPart): JsonObject[];
  /** Returns the parts that waited for more. */
  rest(): JsonObject[];
  readonly state: { usage?: Usage; refused: boolean; readonly citations: Citation[] };
};

function partsWriter(): PartsWriter {
  const state: PartsWriter['state'] = { refused: false, citations: [] };
  const open = new Map<number, { readonly id: string; readonly name: string; json: string }>();
  const ofCalls = new Map<string, string>();
  let ofNextPart: string | undefined;

  function rest(): JsonObject[] {
    const calls = [...open.values()].map(({ id, name, json }) => {
      const args = parseArguments({ type: 'tool-call', id, name, arguments: json }, []);
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

  function opaque(part: Extract<StreamPart, { type: 'opaque' }>): JsonObject[] {
    return part.dialect === 'google-generate' ? [signedPart(part.value)] : [];
  }

  function signedPart(made: JsonObject): JsonObject {
    const signature = ofNextPart;
    ofNextPart = undefined;
    return signature === undefined ? made : { ...made, thoughtSignature: signature };
  }

  function write(part: StreamPart): JsonObject[] {
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
        state.refused = true;
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
        return [...rest(), ...opaque(part)];
      case 'citation':
        state.citations.push(part.citation);
        return [];
      case 'usage':
        state.usage = part.usage;
        return [];
      default:
        return [];
    }
  }

  return { write, rest, state };
}
