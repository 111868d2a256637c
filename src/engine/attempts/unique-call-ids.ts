import type { ContentPart } from '../../core/wire/content.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';

// Some models count their calls anew in every turn (`call_0`). Many providers refuse a conversation that says an id twice,
// and clients that find a call by its id find the wrong one.

/** A conversation in which no two calls share an id, each result with the call that it answers. */
export function withUniqueCallIds(request: ModelRequest): ModelRequest {
  const ids = callIdsOf(request);
  const taken = new Set(ids);
  if (taken.size === ids.length) return request;
  const told = new Map<string, { readonly id: string; answered: boolean }[]>();

  function called(part: Extract<ContentPart, { type: 'tool-call' }>): ContentPart {
    const before = told.get(part.id) ?? [];
    const id = before.length === 0 ? part.id : freeId(part.id, taken);
    told.set(part.id, [...before, { id, answered: false }]);
    return { ...part, id };
  }

  function answered(part: Extract<ContentPart, { type: 'tool-result' }>): ContentPart {
    const calls = told.get(part.callId) ?? [];
    const call = calls.find((one) => !one.answered) ?? calls.at(-1);
    if (call === undefined) return part;
    call.answered = true;
    return { ...part, callId: call.id };
  }

  const messages = request.messages.map((message) => ({
    ...message,
    content: message.content.map((part) => {
      if (part.type === 'tool-call') return called(part);
      return part.type === 'tool-result' ? answered(part) : part;
    }),
  }));
  return { ...request, messages };
}

/** Gives an answer's calls ids that neither the conversation nor the answer has had before. */
export function uniqueCallIds(
  request: ModelRequest,
): (parts: readonly StreamPart[]) => readonly StreamPart[] {
  const taken = new Set(callIdsOf(request));
  return (parts) => (parts.some(isCall) ? parts.map((part) => (isCall(part) ? renamed(part) : part)) : parts);

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
  const free = `${id}_${number}`;
  taken.add(free);
  return free;
}
