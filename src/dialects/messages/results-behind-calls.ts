import type { ContentPart, Message, ToolCallPart } from '../../core/wire/content.ts';

/**
 * Moves every tool result into the message directly after the turn that made its call, as most formats require. OpenAI's
 * Responses pairs results and calls by id, so its clients may put a user message or an instruction between them.
 * Anthropic joins consecutive user messages, so its clients may send each result, and a note between two, in its own.
 */
export function resultsBehindCalls(conversation: readonly Message[]): readonly Message[] {
  const messages = withWholeTurns(conversation);
  const callers = new Map<string, number>();
  const late = new Map<number, ContentPart[]>();

  /** Returns the turn that a part has to be moved to: the one with its call, unless that is directly before it. */
  function movedTo(part: ContentPart, at: number): number | undefined {
    const caller = part.type === 'tool-result' ? callers.get(part.callId) : undefined;
    return caller === at - 1 ? undefined : caller;
  }

  const timely = messages.map((message, at) => {
    if (message.role === 'assistant') {
      for (const part of message.content) if (isCall(part)) callers.set(part.id, at);
      return message;
    }
    const content = message.content.filter((part) => movedTo(part, at) === undefined);
    for (const part of message.content) {
      const caller = movedTo(part, at);
      if (caller === undefined) continue;
      const results = late.get(caller);
      if (results) results.push(part);
      else late.set(caller, [part]);
    }
    return content.length === message.content.length ? message : { ...message, content };
  });
  const isMovedAway = ({ content }: Message, at: number) =>
    content.length === 0 && messages[at]?.content.length !== 0;
  return late.size === 0 ? messages : withLate(timely, late, isMovedAway);
}

/** Joins an assistant message with the next one if it contains a call: the results answer both messages. */
function withWholeTurns(messages: readonly Message[]): readonly Message[] {
  const isNext = (message: Message, before: Message | undefined) =>
    message.role === 'assistant' && before?.role === 'assistant' && before.content.some(isCall);
  if (!messages.some((message, at) => isNext(message, messages[at - 1]))) return messages;
  const turns: [Message, ...Message[]][] = [];
  /** Whether the current turn contains a call. */
  let hasCall = false;
  for (const message of messages) {
    const turn = turns.at(-1);
    if (turn && hasCall && message.role === 'assistant') {
      turn.push(message);
      continue;
    }
    turns.push([message]);
    hasCall = message.role === 'assistant' && message.content.some(isCall);
  }
  return turns.map((turn) =>
    turn.length === 1 ? turn[0] : { ...turn[0], content: turn.flatMap(({ content }) => content) },
  );
}

/** Adds the late results of each turn to those that follow it directly. */
function withLate(
  messages: readonly Message[],
  late: ReadonlyMap<number, readonly ContentPart[]>,
  isMovedAway: (message: Message, at: number) => boolean,
): Message[] {
  return messages.flatMap((message, at) => {
    const results = late.get(at - 1) ?? [];
    if (results.length > 0 && hasResults(message))
      return [{ ...message, content: [...message.content, ...results] }];
    return [
      ...(results.length > 0 ? [{ role: 'user' as const, content: results }] : []),
      ...(isMovedAway(message, at) ? [] : [message]),
    ];
  });
}

function hasResults({ content }: Message): boolean {
  return content.some(({ type }) => type === 'tool-result');
}

function isCall(part: ContentPart): part is ToolCallPart {
  return part.type === 'tool-call';
}
