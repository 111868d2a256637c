import type { ReplyReader } from '../../core/wire/dialect.ts';
import { billingTerms, servedAs } from '../../core/money/billing-terms.ts';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { chargedCost } from '../charged-cost.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';
import { readOpenAiErrorEvent } from '../openai-errors/read-error.ts';
import { streamReader } from '../stream-reader.ts';
import type { StreamInterpreter } from '../stream-reader.ts';
import { readFinish } from './finish-reason.ts';
import { itemReader } from './item-reader.ts';
import { readUsage } from './usage.ts';

/** Reads a whole `response` object. */
export function readReply(body: JsonObject, quirks: Quirks): StreamPart[] {
  if (!Array.isArray(body.output) && nameOf(body.status) === undefined) {
    return [{ type: 'error', error: isJsonObject(body.error) ? readOpenAiErrorEvent(body) : noResponse() }];
  }
  const parts: StreamPart[] = [];
  responseReader(quirks).finish(body, parts);
  return parts;
}

/** Reads a stream of `response.…` events. */
export function replyReader(quirks: Quirks): ReplyReader {
  const reader = responseReader(quirks);
  return streamReader({
    event: reader.event,
    // A response has ended only if it reports how.
    end() {},
  });
}

function responseReader(quirks: Quirks): Pick<StreamInterpreter, 'event'> & {
  finish(response: JsonObject, parts: StreamPart[]): void;
} {
  const items = itemReader();
  let started = false;

  function start(response: JsonObject, parts: StreamPart[]): void {
    if (started) return;
    started = true;
    const id = nameOf(response.id);
    const model = nameOf(response.model);
    parts.push({ type: 'start', ...(id && { id }), ...(model && { model }) });
  }

  function finish(response: JsonObject, parts: StreamPart[]): void {
    start(response, parts);
    if (items.sawNothing()) {
      for (const [place, item] of objectsOf(response.output).entries()) items.done(place, item, parts);
    }
    const { usage } = response;
    if (isJsonObject(usage)) {
      const terms = [
        ...billingTerms({ service_tier: response.service_tier ?? null }),
        ...items.billedApart(),
      ];
      parts.push({
        type: 'usage',
        usage: readUsage(usage, items.webSearches()),
        ...servedAs(terms),
        ...chargedCost(usage, quirks),
      });
    }
    const output = objectsOf(response.output);
    const pieces = response.store === false ? [] : output.map(({ id }) => id);
    // A container outlives an answer that is not stored.
    const containers = output.map(({ container_id: id }) => id);
    const ids = [...new Set([...pieces, ...containers].flatMap((id) => nameOf(id) ?? []))];
    if (ids.length > 0) parts.push({ type: 'kept', ids });
    parts.push(readFinish(response, items.sawCalls()));
  }

  function event(body: JsonObject, parts: StreamPart[]): void {
    const place = countOf(body.output_index);
    const content = countOf(body.content_index);
    switch (body.type) {
      case 'response.output_text.delta':
        return items.delta(place, `content.${content}`, 'text-delta', textOf(body.delta), parts);
      case 'response.refusal.delta':
        return items.delta(place, `content.${content}`, 'refusal-delta', textOf(body.delta), parts);
      case 'response.reasoning_text.delta':
        return items.delta(place, `content.${content}`, 'reasoning-delta', textOf(body.delta), parts);
      case 'response.reasoning_summary_text.delta': {
        const summary = countOf(body.summary_index);
        return items.delta(place, `summary.${summary}`, 'reasoning-delta', textOf(body.delta), parts);
      }
      case 'response.function_call_arguments.delta':
        return items.arguments(place, textOf(body.delta), parts);
      case 'response.custom_tool_call_input.delta':
        return items.input(place, textOf(body.delta), parts);
      case 'response.output_text.annotation.added':
        return items.annotation(place, content, body.annotation, parts);
      case 'response.output_item.added':
        return items.added(place, objectOf(body.item), parts);
      case 'response.output_item.done':
        return items.done(place, objectOf(body.item), parts);
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return start(objectOf(body.response), parts);
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        return finish(objectOf(body.response), parts);
      case 'error':
        parts.push({ type: 'error', error: readOpenAiErrorEvent(body) });
        return;
      default:
        // A proxy may send an error object of the older format; all other events report an item's progress.
        if (body.error) parts.push({ type: 'error', error: readOpenAiErrorEvent(body) });
    }
  }

  return { event, finish };
}

function noResponse(): ConclaveError {
  return new ConclaveError('provider_invalid_reply', 'The provider sent a reply that is no response object.');
}
