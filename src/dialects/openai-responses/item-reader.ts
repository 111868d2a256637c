import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { Emit } from '../stream-reader.ts';
import { freeformBeginning, freeformEnd } from '../freeform-tool.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';
import { readAnnotation } from './citation.ts';
import { readProof } from './reasoning-proof.ts';

/** Calls of OpenAI's own tools that are billed by the call, the session or the image, in addition to their tokens. */
const pricedItems: ReadonlySet<string> = new Set([
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'shell_call',
]);

const paragraph = '\n\n';

type TextType = 'text-delta' | 'reasoning-delta' | 'refusal-delta';

/**
 * A piece of one item that deltas belong to: `content.0`, `summary.1`, a call's arguments. `offset`: how many
 * characters at the start of its block Conclave added.
 */
type Piece = { readonly block: number; said: string; readonly offset?: number };

/** What is known of one output item. Items are found by their place, because some proxies change their ids. */
type OpenItem = {
  readonly pieces: Map<string, Piece>;
  readonly citations: Map<number, number>;
  /** The block that contains all reasoning of the item. */
  thought?: number;
  call?: Piece;
  /** The text of a custom tool's call that has arrived so far. */
  input?: string;
  /** The item is a commentary: text that OpenAI's newer models write before the answer (`phase`). */
  commentary?: true;
  done: boolean;
};

/**
 * Reads output items in order, from deltas, whole items, or both. What a finished item contains beyond its deltas is
 * reported when it is done; nothing is reported twice.
 */
export function itemReader(emit: Emit) {
  let blocks = 0;
  let sawCalls = false;
  let webSearches = 0;
  const apart = new Set<string>();
  /** Whether the last text was a commentary. */
  let hasCommented = false;
  const items = new Map<number, OpenItem>();

  function itemAt(place: number): OpenItem {
    let item = items.get(place);
    if (item === undefined) {
      item = { pieces: new Map(), citations: new Map(), done: false };
      items.set(place, item);
    }
    return item;
  }

  function pieceOf(item: OpenItem, name: string, type: TextType): Piece {
    let piece = item.pieces.get(name);
    if (piece === undefined) {
      const block = type === 'reasoning-delta' ? (item.thought ??= blocks++) : blocks++;
      piece = { block, said: '' };
      item.pieces.set(name, piece);
    }
    return piece;
  }

  function say(item: OpenItem, name: string, type: TextType, text: string): void {
    if (text === '') return;
    const next = type === 'reasoning-delta' && item.pieces.size > 0 && !item.pieces.has(name);
    if (type === 'text-delta' && hasCommented && !item.commentary) startParagraph(item, name);
    if (type === 'text-delta') hasCommented = item.commentary === true;
    const piece = pieceOf(item, name, type);
    const said = {
      type,
      index: piece.block,
      // Summaries are paragraphs of one thought.
      text: next ? `\n\n${text}` : text,
    };
    emit(item.commentary && type === 'text-delta' ? { ...said, type, commentary: true } : said);
    piece.said += text;
  }

  /** Clients join the texts of an answer, so text after a commentary begins a new paragraph. */
  function startParagraph(item: OpenItem, name: string): void {
    const block = blocks++;
    item.pieces.set(name, { block, said: '', offset: paragraph.length });
    emit({ type: 'text-delta', index: block, text: paragraph, commentary: 'break' });
  }

  /** Reports the part of a piece's whole text that no delta has brought. */
  function sayRest(item: OpenItem, name: string, type: TextType, whole: string): void {
    say(item, name, type, restOf(whole, item.pieces.get(name)?.said ?? ''));
  }

  /**
   * Returns the missing rest of a whole text; nothing if it differs from the streamed text, which cannot be taken back.
   */
  function restOf(whole: string, said: string): string {
    if (whole.startsWith(said)) return whole.slice(said.length);
    if (whole !== '') {
      emit({ type: 'warning', message: 'The provider ended with another text than it had streamed.' });
    }
    return '';
  }

  function startCall(item: OpenItem, value: JsonObject): Piece {
    if (item.call) return item.call;
    sawCalls = true;
    const block = blocks++;
    const id = nameOf(value.call_id) ?? nameOf(value.id) ?? `call_${block}`;
    emit({ type: 'tool-call-start', index: block, id, name: textOf(value.name) });
    return (item.call = { block, said: '' });
  }

  function addArguments(call: Piece, text: string): void {
    if (text === '') return;
    emit({ type: 'tool-call-delta', index: call.block, text });
    call.said += text;
  }

  /** Adds free text, piece by piece, as the one field of a function's arguments. */
  function addInput(item: OpenItem, call: Piece, text: string): void {
    if (item.input === undefined) addArguments(call, freeformBeginning);
    item.input = (item.input ?? '') + text;
    addArguments(call, JSON.stringify(text).slice(1, -1));
  }

  function finishInput(item: OpenItem, value: JsonObject): void {
    const call = startCall(item, value);
    addInput(item, call, restOf(textOf(value.input), item.input ?? ''));
    addArguments(call, freeformEnd);
  }

  function cite(item: OpenItem, content: number, raw: JsonObject): void {
    item.citations.set(content, (item.citations.get(content) ?? 0) + 1);
    const { block, offset = 0 } = pieceOf(item, `content.${content}`, 'text-delta');
    const { place, ...citation } = readAnnotation(raw);
    const moved = place && { start: place.start + offset, end: place.end + offset };
    emit({ type: 'citation', index: block, citation: { ...citation, ...(moved && { place: moved }) } });
  }

  function finishMessage(item: OpenItem, value: JsonObject): void {
    for (const [at, part] of objectsOf(value.content).entries()) {
      const name = `content.${at}`;
      if (part.type === 'refusal') sayRest(item, name, 'refusal-delta', textOf(part.refusal));
      else sayRest(item, name, 'text-delta', textOf(part.text));
      const cited = item.citations.get(at) ?? 0;
      for (const raw of objectsOf(part.annotations).slice(cited)) cite(item, at, raw);
    }
  }

  function finishReasoning(item: OpenItem, value: JsonObject): void {
    for (const member of ['summary', 'content'] as const) {
      for (const [at, { text }] of objectsOf(value[member]).entries()) {
        sayRest(item, `${member}.${at}`, 'reasoning-delta', textOf(text));
      }
    }
    const proof = readProof(value, item.thought !== undefined);
    if (proof === undefined) return;
    const index = (item.thought ??= blocks++);
    if (proof.kind === 'redacted') emit({ type: 'reasoning-redacted', index, data: proof.proof });
    else emit({ type: 'reasoning-signature', index, signature: proof.proof });
  }

  /** Server tools and whatever OpenAI adds next: other dialects can express none of it except an image. */
  function finishOther(value: JsonObject): void {
    const index = blocks++;
    if (isSearch(value)) webSearches += 1;
    if (typeof value.type === 'string' && pricedItems.has(value.type)) apart.add(value.type);
    emit({ type: 'opaque', index, dialect: 'openai-responses', value });
    const data = value.type === 'image_generation_call' ? nameOf(value.result) : undefined;
    if (data === undefined) return;
    emit({ type: 'image', index, mediaType: `image/${nameOf(value.output_format) ?? 'png'}`, data });
  }

  return {
    // Methods: V8 keeps the getters of an object literal, and with them this reader, until a full collection.
    sawCalls: () => sawCalls,
    webSearches: () => webSearches,
    billedApart: () => [...apart],
    sawNothing: () => items.size === 0,
    added(place: number, value: JsonObject): void {
      const item = itemAt(place);
      notePhase(item, value);
      const isCall = value.type === 'function_call' || value.type === 'custom_tool_call';
      if (isCall && nameOf(value.name)) startCall(item, value);
    },
    delta(place: number, name: string, type: TextType, text: string): void {
      say(itemAt(place), name, type, text);
    },
    arguments(place: number, text: string): void {
      const { call } = itemAt(place);
      // Without a name there is no call yet; the finished item will contain all arguments.
      if (call) addArguments(call, text);
    },
    input(place: number, text: string): void {
      const item = itemAt(place);
      if (item.call && text !== '') addInput(item, item.call, text);
    },
    annotation(place: number, content: number, raw: unknown): void {
      if (isJsonObject(raw)) cite(itemAt(place), content, raw);
    },
    done(place: number, value: JsonObject): void {
      const item = itemAt(place);
      if (item.done) return;
      item.done = true;
      notePhase(item, value);
      if (value.type === 'message') finishMessage(item, value);
      else if (value.type === 'reasoning') finishReasoning(item, value);
      else if (value.type === 'custom_tool_call') finishInput(item, value);
      else if (value.type === 'function_call') {
        const call = startCall(item, value);
        addArguments(call, restOf(textOf(value.arguments), call.said));
      } else finishOther(value);
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
