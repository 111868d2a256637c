import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';
import type { Emit } from '../replies/stream-reader.ts';
import { callReader, type ItemCall } from './call-reader.ts';
import { textReader, type ItemTexts, type TextType } from './text-reader.ts';

/** Calls of OpenAI's own tools that are billed by the call, the session or the image, in addition to their tokens. */
const pricedItems: ReadonlySet<string> = new Set([
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'shell_call',
]);

/**
 * What is known of one output item. Items are found by their place, because some proxies change their ids. `type`:
 * as the item itself or its deltas say.
 */
type OpenItem = ItemTexts & ItemCall & { type: string | undefined; id?: string | undefined; done: boolean };

/**
 * Reads output items in order, from deltas, whole items, or both. What a finished item contains beyond its deltas is
 * reported when it is done; nothing is reported twice.
 */
export function itemReader(emit: Emit) {
  let blocks = 0;
  let webSearches = 0;
  /** Whether no two items have come with the same place, as from a server that sends none. */
  let placed = true;
  const apart = new Set<string>();
  const items = new Map<number, OpenItem>();
  const nextBlock = () => blocks++;
  const texts = textReader(emit, nextBlock);
  const calls = callReader(emit, nextBlock);

  function itemAt(place: number, type: string | undefined): OpenItem {
    let item = items.get(place);
    if (item === undefined) {
      item = { type, pieces: new Map(), citations: new Map(), done: false };
      items.set(place, item);
    } else if (type !== item.type) placed = false;
    return item;
  }

  /** The item that is under way at a place; after the end of one, the next begins. */
  function openAt(place: number, type: string | undefined): OpenItem {
    if (items.get(place)?.done) leave(place);
    return itemAt(place, type);
  }

  function leave(place: number): void {
    items.delete(place);
    placed = false;
  }

  function done(place: number, value: JsonObject): void {
    const item = itemAt(place, nameOf(value.type));
    if (item.done) return;
    item.done = true;
    notePhase(item, value);
    switch (value.type) {
      case 'message':
        return texts.finishMessage(item, value);
      case 'reasoning':
        return texts.finishReasoning(item, value);
      case 'function_call':
        return calls.finishFunction(item, value);
      case 'custom_tool_call':
        return calls.finishCustom(item, value);
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
    added(place: number, value: JsonObject): void {
      const id = nameOf(value.id);
      const before = items.get(place)?.id;
      if (before !== undefined && id !== undefined && id !== before) leave(place);
      const item = openAt(place, nameOf(value.type));
      item.id = id;
      notePhase(item, value);
      const isCall = value.type === 'function_call' || value.type === 'custom_tool_call';
      if (isCall && nameOf(value.name)) calls.start(item, value);
    },
    delta(place: number, piece: string, type: TextType, text: string): void {
      texts.delta(openAt(place, type === 'reasoning-delta' ? 'reasoning' : 'message'), piece, type, text);
    },
    arguments(place: number, text: string): void {
      calls.addArguments(openAt(place, 'function_call'), text);
    },
    input(place: number, text: string): void {
      calls.addInput(openAt(place, 'custom_tool_call'), text);
    },
    annotation(place: number, content: number, raw: unknown): void {
      if (isJsonObject(raw)) texts.cite(itemAt(place, 'message'), content, raw);
    },
    done,
    /**
     * Reports what only the finished response contains: some servers announce no item as done, or stream no tool call.
     * Nothing if its items stand at other places than the streamed ones, as behind a proxy that leaves some out.
     */
    rest(output: readonly JsonObject[]): void {
      const agrees = ([place, { type }]: [number, OpenItem]): boolean => nameOf(output[place]?.type) === type;
      if (placed && [...items].every(agrees)) for (const [place, item] of output.entries()) done(place, item);
    },
  };
}

function notePhase(item: OpenItem, { type, phase }: JsonObject): void {
  if (type === 'message' && phase === 'commentary') item.commentary = true;
}

/** OpenAI bills a search, not the opening of a page that it found. */
function isSearch({ type, status, action }: JsonObject): boolean {
  if (type !== 'web_search_call' || status === 'failed') return false;
  return (nameOf(objectOf(action).type) ?? 'search') === 'search';
}
