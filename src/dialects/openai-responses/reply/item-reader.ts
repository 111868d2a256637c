import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import { countOf, nameOf, objectOf, textOf } from '../../fields/loose-fields.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { argumentsText } from '../../tools/arguments-text.ts';
import { callReader } from './call-reader.ts';
import { itemFinder, type ItemKey, type OpenItem } from './item-finder.ts';
import { textReader, type TextKind } from './text-reader.ts';

/** Calls of OpenAI's own tools that are billed by the call, the session or the image, in addition to their tokens. */
const pricedItems: ReadonlySet<string> = new Set([
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'shell_call',
]);

/**
 * Reads output items in order, from deltas, whole items, or both. What a finished item contains beyond its deltas is
 * reported when it is done; nothing is reported twice. Takes the events of the stream as they are.
 */
export function itemReader(emit: Emit) {
  let blocks = 0;
  let webSearches = 0;
  const apart = new Set<string>();
  const items = itemFinder();
  const nextBlock = () => blocks++;
  const texts = textReader(emit, nextBlock);
  const calls = callReader(emit, nextBlock);

  /** Takes the whole item. One that was told before may only now bring its proof. */
  function end(item: OpenItem, value: JsonObject): void {
    if (!item.done) finish(item, value);
    else if (value.type === 'reasoning') texts.proveLate(item, value);
  }

  function finish(item: OpenItem, value: JsonObject): void {
    item.done = true;
    notePhase(item, value);
    switch (value.type) {
      case 'message':
        return texts.finishMessage(item, value);
      case 'reasoning':
        return texts.finishReasoning(item, value);
      case 'function_call':
      case 'custom_tool_call':
        return calls.finish(item, value);
      default:
        readOther(value);
    }
  }

  /** Server tools and whatever OpenAI adds next: other dialects can express none of it except an image. */
  function readOther(value: JsonObject): void {
    const index = nextBlock();
    noteBilled(value);
    emit({ type: 'opaque', index, dialect: 'openai-responses', value });
    const data = value.type === 'image_generation_call' ? nameOf(value.result) : undefined;
    if (data === undefined) return;
    emit({ type: 'image', index, mediaType: `image/${nameOf(value.output_format) ?? 'png'}`, data });
  }

  function noteBilled(value: JsonObject): void {
    const searched = isSearch(value);
    const type = nameOf(value.type) ?? '';
    if (!searched && !pricedItems.has(type)) return;
    if (searched) webSearches += 1;
    else apart.add(type);
    emit({ type: 'billed-apart', webSearches, terms: [...apart] });
  }

  return {
    // Methods: V8 keeps the getters of an object literal, and with them this reader, until a full collection.
    sawCalls: () => calls.sawCalls(),
    webSearches: () => webSearches,
    billedApart: () => [...apart],
    added(event: JsonObject): void {
      const value = objectOf(event.item);
      const item = items.added(keyOf(value, event.output_index));
      notePhase(item, value);
      const isCall = value.type === 'function_call' || value.type === 'custom_tool_call';
      if (isCall && nameOf(value.name)) calls.start(item, value);
    },
    delta(event: JsonObject, kind: TextKind): void {
      const item = items.continued(deltaKey(event, itemType(kind)));
      texts.delta(item, kind, placeInItem(event, kind), textOf(event.delta));
    },
    arguments(event: JsonObject): void {
      calls.addArguments(items.continued(deltaKey(event, 'function_call')), textOf(event.delta));
    },
    input(event: JsonObject): void {
      calls.addInput(items.continued(deltaKey(event, 'custom_tool_call')), textOf(event.delta));
    },
    /** A whole text, which some servers send without its deltas, in its event or in a part of that. */
    text(event: JsonObject, kind: TextKind, part: JsonObject): void {
      const item = items.told(deltaKey(event, itemType(kind)));
      if (item) texts.whole(item, kind, placeInItem(event, kind), part);
    },
    allArguments(event: JsonObject): void {
      const item = items.told(deltaKey(event, 'function_call'));
      if (item) calls.keepWhole(item, argumentsText(event));
    },
    allInput(event: JsonObject): void {
      const item = items.told(deltaKey(event, 'custom_tool_call'));
      if (item) calls.keepWhole(item, textOf(event.input));
    },
    annotation(event: JsonObject): void {
      const { annotation, content_index: content } = event;
      if (!isJsonObject(annotation)) return;
      texts.cite(items.cited(deltaKey(event, 'message')), countOf(content), annotation);
    },
    done(event: JsonObject): void {
      const value = objectOf(event.item);
      end(items.ended(keyOf(value, event.output_index)), value);
    },
    /**
     * Reports what only the finished response contains: some servers announce no item as done, or stream no tool call.
     * `wasCut`: it ended before it was complete.
     */
    rest(output: readonly JsonObject[], wasCut: boolean): void {
      const listed = items.listed(output.map((value, place) => keyOf(value, place)));
      for (const [at, value] of output.entries()) {
        const item = listed[at];
        if (item) end(item, value);
      }
      calls.end(wasCut);
    },
  };
}

function keyOf({ type, id, call_id: callId }: JsonObject, place: JsonValue | undefined): ItemKey {
  return { type: nameOf(type), place: placeOf(place), id: nameOf(id), callId: nameOf(callId) };
}

function deltaKey({ output_index: place, item_id: id, call_id: callId }: JsonObject, type: string): ItemKey {
  return { type, place: placeOf(place), id: nameOf(id), callId: nameOf(callId) };
}

function itemType(kind: TextKind): 'message' | 'reasoning' {
  return kind === 'output_text' || kind === 'refusal' ? 'message' : 'reasoning';
}

function placeInItem({ content_index: content, summary_index: summary }: JsonObject, kind: TextKind): number {
  return countOf(kind === 'summary_text' ? summary : content);
}

function placeOf(index: JsonValue | undefined): number | undefined {
  return typeof index === 'number' ? countOf(index) : undefined;
}

function notePhase(item: OpenItem, { type, phase }: JsonObject): void {
  if (type === 'message' && phase === 'commentary') item.commentary = true;
}

/** OpenAI bills a search, not the opening of a page that it found. */
function isSearch({ type, status, action }: JsonObject): boolean {
  if (type !== 'web_search_call' || status === 'failed') return false;
  return (nameOf(objectOf(action).type) ?? 'search') === 'search';
}
