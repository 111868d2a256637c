import type { ReplyReader } from '../../../core/wire/dialect.ts';
import { billingTerms, servedAs } from '../../../core/money/billing-terms.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { completionTokens, promptTokens } from '../../../core/money/usage.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Quirks } from '../../../core/provider.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { chargedCost } from '../../billing/charged-cost.ts';
import { nameOf, objectOf, objectsOf } from '../../fields/loose-fields.ts';
import { bareFailure } from '../../openai/bare-failure.ts';
import { isOpenAiError, readOpenAiErrorEvent } from '../../openai/read-openai-error.ts';
import { readWhole, streamReader } from '../../replies/stream-reader.ts';
import type { Emit, StreamInterpreter } from '../../replies/stream-reader.ts';
import { endOf, eventType, isExplained, isUnexplained, readFinish, wasCut } from './finish-reason.ts';
import type { ResponseEnd } from './finish-reason.ts';
import { itemReader } from './item-reader.ts';
import type { TextKind } from './text-reader.ts';
import { readUsage } from './usage.ts';

/** The content parts with a text. What other parts have is told by events of their own, and by their items. */
const contentKinds: ReadonlyMap<unknown, TextKind> = new Map([
  ['output_text', 'output_text'],
  // The name of some servers that are only compatible.
  ['text', 'output_text'],
  ['refusal', 'refusal'],
  ['reasoning_text', 'reasoning_text'],
]);

/** Reads a whole `response` object. */
export function readReply(body: JsonObject, quirks: Quirks): StreamPart[] {
  if (!Array.isArray(body.output) && nameOf(body.status) === undefined) {
    const failure = failureIn(body, undefined);
    return [{ type: 'error', error: failure ? readOpenAiErrorEvent(failure) : noResponse() }];
  }
  return readWhole((emit) => responseInterpreter(emit, quirks), {
    type: 'response.completed',
    response: body,
  });
}

/** Reads a stream of `response.…` events. */
export function replyReader(quirks: Quirks): ReplyReader {
  return streamReader((emit) => responseInterpreter(emit, quirks));
}

function responseInterpreter(emit: Emit, quirks: Quirks): StreamInterpreter {
  const items = itemReader(emit);
  let started = false;
  /** The end of a response that failed without a reason, with its usage. Azure's streams give the reason afterwards. */
  let unexplained: readonly StreamPart[] | undefined;

  function start(response: JsonObject): void {
    if (started) return;
    started = true;
    const id = nameOf(response.id);
    const model = nameOf(response.model);
    const tier = nameOf(response.service_tier);
    const terms = tier && { terms: billingTerms({ service_tier: tier }) };
    emit({ type: 'start', ...(id && { id }), ...(model && { model }), ...terms });
  }

  function finish(last: ResponseEnd): void {
    const { response, status } = last;
    if (unexplained) {
      if (isExplained(response)) fail(response);
      return;
    }
    start(response);
    const output = objectsOf(response.output);
    items.rest(output, wasCut(status));
    const usage = usageOf(response);
    for (const part of usage) emit(part);
    const pieces = response.store === false ? [] : output.map(({ id }) => id);
    // A container outlives an answer that is not stored.
    const containers = output.map(({ container_id: id }) => id);
    const ids = [...new Set([...pieces, ...containers].flatMap((id) => nameOf(id) ?? []))];
    if (ids.length > 0) emit({ type: 'kept', ids });
    const end = readFinish(response, { status, sawCalls: items.sawCalls() });
    if (end.type === 'finish' || !isUnexplained(last)) return emit(end);
    emit({ type: 'warning', message: end.error.message });
    unexplained = [...usage, end];
  }

  function usageOf({ usage, service_tier = null }: JsonObject): readonly StreamPart[] {
    if (!isJsonObject(usage)) return [];
    const terms = [...billingTerms({ service_tier }), ...items.billedApart()];
    const counts = readUsage(usage, items.webSearches());
    return [{ type: 'usage', usage: counts, ...servedAs(terms), ...chargedCost(usage, quirks) }];
  }

  function event(body: JsonObject, name: string | undefined): void {
    switch (eventType(body, name)) {
      case 'response.output_text.delta':
        return items.delta(body, 'output_text');
      case 'response.refusal.delta':
        return items.delta(body, 'refusal');
      case 'response.reasoning_text.delta':
        return items.delta(body, 'reasoning_text');
      case 'response.reasoning_summary_text.delta':
        return items.delta(body, 'summary_text');
      case 'response.function_call_arguments.delta':
        return items.arguments(body);
      case 'response.custom_tool_call_input.delta':
        return items.input(body);
      case 'response.output_text.done':
        return items.text(body, 'output_text', body);
      case 'response.refusal.done':
        return items.text(body, 'refusal', body);
      case 'response.reasoning_text.done':
        return items.text(body, 'reasoning_text', body);
      case 'response.reasoning_summary_text.done':
        return items.text(body, 'summary_text', body);
      case 'response.content_part.done': {
        const part = objectOf(body.part);
        const kind = contentKinds.get(part.type);
        return kind && items.text(body, kind, part);
      }
      case 'response.function_call_arguments.done':
        return items.allArguments(body);
      case 'response.custom_tool_call_input.done':
        return items.allInput(body);
      case 'response.output_text.annotation.added':
        return items.annotation(body);
      case 'response.output_item.added':
        return items.added(body);
      case 'response.output_item.done':
        return items.done(body);
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return start(objectOf(body.response));
      case 'error':
        return fail(body);
      default: {
        const last = endOf(body, name);
        if (last) return finish(last);
        // All other events report an item's progress.
        const failure = failureIn(body, name);
        if (failure) fail(failure);
      }
    }
  }

  function fail(body: JsonObject): void {
    const parts = unexplained ? [...usageOf(body), ...unexplained] : [];
    const usages = parts.filter((part) => part.type === 'usage');
    // A failed response may be written from a template of zeros.
    const usage =
      usages.find((part) => promptTokens(part.usage) + completionTokens(part.usage) > 0) ?? usages[0];
    if (usage) emit(usage);
    emit({ type: 'error', error: readOpenAiErrorEvent(body), ...(unexplained && { counted: true }) });
  }

  return {
    event,
    // A response has ended only if it reports how.
    end() {
      for (const part of unexplained ?? []) emit(part);
    },
    isAnswered: () => unexplained !== undefined,
  };
}

/** The failure that a body which is no event or object of the dialect reports. */
function failureIn(body: JsonObject, name: string | undefined): JsonObject | undefined {
  if (isOpenAiError(body, name)) return body;
  return body.type === undefined ? bareFailure(body) : undefined;
}

function noResponse(): ConclaveError {
  return new ConclaveError(
    'provider_invalid_reply',
    'The provider returned a reply that is not a response object.',
  );
}
