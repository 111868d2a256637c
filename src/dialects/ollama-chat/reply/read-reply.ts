import type { ReplyReader } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { FinishReason, StreamPart } from '../../../core/wire/stream-part.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { readOpenAiErrorEvent } from '../../openai/read-openai-error.ts';
import { readWhole, streamReader } from '../../replies/stream-reader.ts';
import type { Emit, StreamInterpreter } from '../../replies/stream-reader.ts';
import { noMessage } from '../../failures/no-message.ts';

/** Reads a whole answer: the single line of a stream of one. */
export function readReply(body: JsonObject): StreamPart[] {
  return readWhole(chatInterpreter, { ...body, done: true });
}

export function replyReader(): ReplyReader {
  return streamReader(chatInterpreter, 'lines');
}

function chatInterpreter(emit: Emit): StreamInterpreter {
  let blocks = 0;
  let open: StreamPart['type'] | undefined;
  let started = false;
  let sawCalls = false;
  /** Why the server asked the model nothing. */
  let unasked: string | undefined;

  function say(type: 'text-delta' | 'reasoning-delta', text: string): void {
    if (text === '') return;
    if (open !== type) blocks += 1;
    open = type;
    emit({ type, index: blocks - 1, text });
  }

  /**
   * Reads a call; calls arrive whole. Older servers give them no id, so one is made from the reply's time and the
   * call's position.
   */
  function call({ id, function: called }: JsonObject, body: JsonObject): void {
    const { name, arguments: args } = objectOf(called);
    const index = blocks++;
    open = undefined;
    sawCalls = true;
    const own = `call_${textOf(body.created_at).replace(/\D/g, '')}_${index}`;
    emit({ type: 'tool-call-start', index, id: nameOf(id) ?? own, name: textOf(name) });
    emit({
      type: 'tool-call-delta',
      index,
      text: typeof args === 'string' ? args : JSON.stringify(args ?? {}),
    });
  }

  function event(body: JsonObject): void {
    if (body.error !== undefined) {
      emit({ type: 'error', error: readOpenAiErrorEvent(body) });
      return;
    }
    if (!isJsonObject(body.message)) {
      // The last line may have only counts.
      if (started && body.done === true) finish(body);
      else {
        count(body);
        emit({ type: 'error', error: noMessage(), counted: true });
      }
      return;
    }
    if (blocks === 0) unasked = unaskedReason(body, body.message);
    if (unasked !== undefined) return;
    const model = nameOf(body.model);
    if (!started) emit({ type: 'start', ...(model && { model }) });
    started = true;
    say('reasoning-delta', textOf(body.message.thinking));
    say('text-delta', textOf(body.message.content));
    for (const one of objectsOf(body.message.tool_calls)) call(one, body);
    if (Array.isArray(body.logprobs)) {
      const value = { logprobs: body.logprobs };
      emit({ type: 'opaque', index: Math.max(0, blocks - 1), dialect: 'ollama-chat', value });
    }
    if (body.done === true) finish(body);
  }

  function count(body: JsonObject): void {
    if (typeof body.eval_count !== 'number') return;
    const usage = { ...noUsage, input: countOf(body.prompt_eval_count), output: countOf(body.eval_count) };
    emit({ type: 'usage', usage });
  }

  function finish(body: JsonObject): void {
    count(body);
    const raw = nameOf(body.done_reason) ?? 'stop';
    emit({ type: 'finish', reason: reasonOf(raw, sawCalls), raw });
  }

  // Only the line with `done` ends an answer.
  return {
    event,
    end() {
      if (unasked !== undefined) emit({ type: 'error', error: wroteNothing(unasked) });
    },
  };
}

/**
 * Returns the `done_reason` of a line that tells only of the model's loading or unloading, which is no answer: Ollama
 * sends it for a request that leaves the model nothing to say. https://github.com/ollama/ollama/blob/main/docs/api.md#load-a-model-1
 */
function unaskedReason({ done, done_reason: reason }: JsonObject, message: JsonObject): string | undefined {
  if (done !== true || (reason !== 'load' && reason !== 'unload')) return undefined;
  const { content, thinking, tool_calls: calls } = message;
  const isEmpty = textOf(content) + textOf(thinking) === '' && objectsOf(calls).length === 0;
  return isEmpty ? reason : undefined;
}

function wroteNothing(reason: string): ConclaveError {
  const why = `The provider did not ask its model, which wrote nothing ("${reason}").`;
  return new ConclaveError('provider_invalid_reply', why);
}

function reasonOf(raw: string, sawCalls: boolean): FinishReason {
  if (raw === 'length') return 'length';
  if (raw !== 'stop') return 'other';
  return sawCalls ? 'tool-calls' : 'stop';
}
