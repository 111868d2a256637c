import type { ContentPart } from '../../core/wire/content.ts';
import { isProofOfCall, withCallId } from '../../core/wire/proof-of-call.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';

// Some models number their calls from the start in every turn (`call_0`). Many providers reject a conversation that
// uses an id twice, and clients that look up a call by its id find the wrong one.

/** Returns a conversation in which no two calls share an id, each result with the id of the call that it answers. */
export function withUniqueCallIds(request: ModelRequest): ModelRequest {
  const ids = callIdsOf(request);
  const taken = new Set(ids);
  if (taken.size === ids.length) return request;
  /** The calls so far, by the id that they came with. */
  const calls = new Map<string, { readonly id: string; answered: boolean }[]>();

  function called(part: Extract<ContentPart, { type: 'tool-call' }>): ContentPart {
    const before = calls.get(part.id) ?? [];
    const id = before.length === 0 ? part.id : freeId(part.id, taken);
    taken.add(id);
    calls.set(part.id, [...before, { id, answered: false }]);
    return { ...part, id };
  }

  function answered(part: Extract<ContentPart, { type: 'tool-result' }>): ContentPart {
    const ofId = calls.get(part.callId) ?? [];
    const call = ofId.find((one) => !one.answered) ?? ofId.at(-1);
    if (call === undefined) return part;
    call.answered = true;
    return { ...part, callId: call.id };
  }

  const messages = request.messages.map((message) => {
    const content = message.content.map((part) => {
      if (part.type === 'tool-call') return called(part);
      return part.type === 'tool-result' ? answered(part) : part;
    });
    return { ...message, content: withProofs(content, message.content) };
  });
  return { ...request, messages };
}

/**
 * Updates each call's proof with that call's new id: if two calls share an id, the first proof belongs to the first
 * call.
 */
function withProofs(content: readonly ContentPart[], before: readonly ContentPart[]): ContentPart[] {
  const calls = before.flatMap((part, at) => {
    const now = content[at];
    return part.type === 'tool-call' && now?.type === 'tool-call' ? [{ was: part.id, id: now.id }] : [];
  });
  return content.map((part) => {
    const proof = part.type === 'reasoning' ? part.signature : undefined;
    if (part.type !== 'reasoning' || proof === undefined) return part;
    const at = calls.findIndex(({ was }) => isProofOfCall(proof, was));
    const [call] = at === -1 ? [] : calls.splice(at, 1);
    return call && call.id !== call.was ? { ...part, signature: withCallId(proof, call.id) } : part;
  });
}

/** Gives an answer's calls ids that occur neither in the conversation nor earlier in the answer. */
export function uniqueCallIds(
  request: ModelRequest,
): (parts: readonly StreamPart[]) => readonly StreamPart[] {
  const taken = new Set(callIdsOf(request));
  return (parts) => (parts.some(isCall) ? parts.map((part, at) => withUniqueId(part, parts[at + 1])) : parts);

  /** A proof comes right before its call, which it names. */
  function withUniqueId(part: StreamPart, next: StreamPart | undefined): StreamPart {
    if (isCall(part)) return renamed(part);
    if (part.type !== 'reasoning-signature' || !next || !isCall(next) || !taken.has(next.id)) return part;
    if (!isProofOfCall(part.signature, next.id)) return part;
    return { ...part, signature: withCallId(part.signature, freeId(next.id, taken)) };
  }

  function renamed(call: Call): Call {
    const id = taken.has(call.id) ? freeId(call.id, taken) : call.id;
    taken.add(id);
    return id === call.id ? call : { ...call, id };
  }
}

type Call = Extract<StreamPart, { type: 'tool-call-start' }>;

function isCall(part: StreamPart): part is Call {
  return part.type === 'tool-call-start';
}

function callIdsOf({ messages }: ModelRequest): string[] {
  return messages.flatMap(({ role, content }) =>
    role === 'assistant' ? content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])) : [],
  );
}

function freeId(id: string, taken: Set<string>): string {
  let number = 2;
  while (taken.has(`${id}_${number}`)) number += 1;
  return `${id}_${number}`;
}
