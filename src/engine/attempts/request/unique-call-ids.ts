import { numberedNames } from '../../../core/names/numbered-names.ts';
import type { ContentPart, ToolCallPart, ToolResultPart } from '../../../core/wire/content.ts';
import { callIdOfProof, withCallId } from '../../../core/wire/proof-of-call.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';

// Some models number their calls from the start in every turn (`call_0`). Many providers reject a conversation that
// uses an id twice, and clients that look up a call by its id find the wrong one.

/** Returns a conversation in which no two calls share an id, each result with the id of the call that it answers. */
export function withUniqueCallIds(request: ModelRequest): ModelRequest {
  const ids = callIdsOf(request);
  const taken = new Set(ids);
  if (taken.size === ids.length) return request;
  const freeId = numberedNames(taken);
  const calls = new Map<string, SameId>();

  function called(part: ToolCallPart): ContentPart {
    const same = calls.get(part.id);
    if (same === undefined) {
      calls.set(part.id, { ids: [part.id], answered: 0 });
      return part;
    }
    const id = freeId(part.id);
    taken.add(id);
    same.ids.push(id);
    return { ...part, id };
  }

  function answered(part: ToolResultPart): ContentPart {
    const same = calls.get(part.callId);
    const callId = same?.ids[same.answered] ?? same?.ids.at(-1);
    if (same === undefined || callId === undefined) return part;
    same.answered = Math.min(same.answered + 1, same.ids.length);
    return { ...part, callId };
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

/** The calls that came with one id: their new ids, and how many of them have a result. */
type SameId = { readonly ids: string[]; answered: number };

/**
 * Updates each call's proof with that call's new id: if two calls share an id, the first proof belongs to the first
 * call.
 */
function withProofs(content: readonly ContentPart[], before: readonly ContentPart[]): ContentPart[] {
  const newIds = new Map<string, { readonly ids: string[]; next: number }>();
  for (const [at, part] of before.entries()) {
    const now = content[at];
    if (part.type !== 'tool-call' || now?.type !== 'tool-call') continue;
    const same = newIds.get(part.id);
    if (same) same.ids.push(now.id);
    else newIds.set(part.id, { ids: [now.id], next: 0 });
  }
  return content.map((part) => {
    const proof = part.type === 'reasoning' ? part.signature : undefined;
    const was = proof === undefined ? undefined : callIdOfProof(proof);
    const same = was === undefined ? undefined : newIds.get(was);
    if (part.type !== 'reasoning' || proof === undefined || same === undefined) return part;
    const id = same.ids[same.next];
    same.next += 1;
    return id === undefined || id === was ? part : { ...part, signature: withCallId(proof, id) };
  });
}

/** Gives an answer's calls ids that occur neither in the conversation nor earlier in the answer. */
export function uniqueCallIds(
  request: ModelRequest,
): (parts: readonly StreamPart[]) => readonly StreamPart[] {
  const taken = new Set(callIdsOf(request));
  const freeId = numberedNames(taken);
  return (parts) => (parts.some(isCall) ? parts.map((part, at) => withUniqueId(part, parts[at + 1])) : parts);

  /** A proof comes right before its call, which it names. */
  function withUniqueId(part: StreamPart, next: StreamPart | undefined): StreamPart {
    if (isCall(part)) return renamed(part);
    if (part.type !== 'reasoning-signature' || !next || !isCall(next) || !taken.has(next.id)) return part;
    if (callIdOfProof(part.signature) !== next.id) return part;
    return { ...part, signature: withCallId(part.signature, freeId(next.id)) };
  }

  function renamed(call: Call): Call {
    const id = taken.has(call.id) ? freeId(call.id) : call.id;
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
