import type { ReplyReader } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { FinishReason, StreamPart } from '../../core/wire/stream-part.ts';
import { noUsage } from '../../core/money/usage.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';
import { readOpenAiErrorEvent } from '../openai-errors/read-error.ts';
import { streamReader } from '../stream-reader.ts';
import type { StreamInterpreter } from '../stream-reader.ts';

/** Reads a whole answer: the single line of a stream of one. */
export function readReply(body: JsonObject): StreamPart[] {
  const parts: StreamPart[] = [];
  const { event } = chatInterpreter();
  event({ ...body, done: true }, parts);
  return parts;
}

export function replyReader(): ReplyReader {
  return streamReader(chatInterpreter(), 'lines');
}

function chatInterpreter(): Pick<StreamInterpreter, 'end'> & {
  event(body: JsonObject, parts: StreamPart[]): void;
} {
  let blocks = 0;
  let open: StreamPart['type'] | undefined;
  let started = false;
  let sawCalls = false;

  function say(type: 'text-delta' | 'reasoning-delta', text: string, parts: StreamPart[]): void {
    if (text === '') return;
    if (open !== type) blocks += 1;
    open = type;
    parts.push({ type, index: blocks - 1, text });
  }

  /**
   * Reads a call; calls arrive whole. Older servers give them no id, so one is made from the reply's time and the
   * call's position.
   */
  function call({ id, function: called }: JsonObject, body: JsonObject, parts: StreamPart[]): void {
    const { name, arguments: args } = objectOf(called);
    const index = blocks++;
    open = undefined;
    sawCalls = true;
    const own = `call_${textOf(body.created_at).replace(/\D/g, '')}_${index}`;
    parts.push({ type: 'tool-call-start', index, id: nameOf(id) ?? own, name: textOf(name) });
    parts.push({
      type: 'tool-call-delta',
      index,
      text: typeof args === 'string' ? args : JSON.stringify(args ?? {}),
    });
  }

  function event(body: JsonObject, parts: StreamPart[]): void {
    if (body.error !== undefined) {
      parts.push({ type: 'error', error: readOpenAiErrorEvent(body) });
      return;
    }
    if (!isJsonObject(body.message)) {
      // The last line may have only counts.
      if (started && body.done === true) finish(body, parts);
      else {
        count(body, parts);
        parts.push({ type: 'error', error: noMessage(), counted: true });
      }
      return;
    }
    const model = nameOf(body.model);
    if (!started) parts.push({ type: 'start', ...(model && { model }) });
    started = true;
    say('reasoning-delta', textOf(body.message.thinking), parts);
    say('text-delta', textOf(body.message.content), parts);
    for (const one of objectsOf(body.message.tool_calls)) call(one, body, parts);
    if (Array.isArray(body.logprobs)) {
      const value = { logprobs: body.logprobs };
      parts.push({ type: 'opaque', index: Math.max(0, blocks - 1), dialect: 'ollama-chat', value });
    }
    if (body.done === true) finish(body, parts);
  }

  function count(body: JsonObject, parts: StreamPart[]): void {
    if (typeof body.eval_count !== 'number') return;
    const usage = { ...noUsage, input: countOf(body.prompt_eval_count), output: countOf(body.eval_count) };
    parts.push({ type: 'usage', usage });
  }

  function finish(body: JsonObject, parts: StreamPart[]): void {
    count(body, parts);
    const raw = nameOf(body.done_reason) ?? 'stop';
    parts.push({ type: 'finish', reason: reasonOf(raw, sawCalls), raw });
  }

  // Only the line with `done` ends an answer.
  return { event, end() {} };
}

function reasonOf(raw: string, sawCalls: boolean): FinishReason {
  if (raw === 'length') return 'length';
  if (raw !== 'stop') return 'other';
  return sawCalls ? 'tool-calls' : 'stop';
}

function noMessage(): ConclaveError {
  return new ConclaveError('provider_invalid_reply', 'The provider sent a reply without a message in it.');
}
