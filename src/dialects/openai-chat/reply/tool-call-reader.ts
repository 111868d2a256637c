import type { JsonObject } from '../../../core/json/json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import { freeformArguments, freeformBeginning, freeformEnd } from '../../openai/freeform-tool.ts';
import { argumentsText } from '../../tools/arguments-text.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { callOfPiece, hasText, type CallPiece } from './call-of-piece.ts';
import { streamedArguments, type StreamedArguments } from './streamed-arguments.ts';
import { sealBeside, signatureBeside, type SignatureBeside } from '../google-signature.ts';

type Piece = CallPiece & {
  readonly signature: SignatureBeside | undefined;
  /** The text is that of a custom tool: it becomes the one argument of a function. */
  readonly isCustom: boolean;
};

type OpenCall = {
  readonly number: number;
  /** The number of the delta with its first piece. */
  readonly delta: number;
  /** Its block, as soon as it is told. */
  index: number | undefined;
  /** Conclave's own if the provider has sent no id by the time the call is told. */
  id: string | undefined;
  /** Whether the provider has sent the id. */
  hasSentId: boolean;
  name: string | undefined;
  isCustom: boolean;
  signature: SignatureBeside | undefined;
  readonly args: StreamedArguments;
  /** What has come behind it and may be of the next call: that is read together with the next piece. */
  pending: Piece | undefined;
  /** Whether a piece of a custom tool's input has come. */
  hasInput: boolean;
  /** What has come before the call was told. */
  untold: string;
};

/** Returns the pieces of calls in a delta or a message, with that of a call in the older form. */
export function callPieces({ tool_calls: calls, function_call: called }: JsonObject): JsonObject[] {
  const pieces = objectsOf(calls);
  return isJsonObject(called) ? [...pieces, { index: 0, function: called }] : pieces;
}

/**
 * Assembles tool calls from deltas. Providers differ: calls come whole or in pieces, without an index, all with index
 * 0, without an id or with another in each piece, or with the name repeated, late or in pieces. A call is told when
 * its arguments begin: until then its name may go on.
 */
export function toolCallReader(
  emit: Emit,
  { nextBlock, replyId }: { readonly nextBlock: () => number; readonly replyId: () => string },
) {
  const byWireIndex = new Map<number, OpenCall>();
  /** The first call with each id. */
  const byId = new Map<string, OpenCall>();
  let last: OpenCall | undefined;
  const calls: OpenCall[] = [];
  let seen = false;
  let deltas = 0;

  /** Returns the call of a piece, which it may begin; undefined if that is decided by the piece behind it. */
  function callOf(piece: Piece, known: OpenCall | undefined): OpenCall | undefined {
    if (known === undefined) return repeated(piece) ?? begin(piece);
    const of = callOfPiece(known, piece);
    known.pending = of === 'either' ? piece : undefined;
    if (of === 'either') return undefined;
    return of === 'this' ? known : begin(piece);
  }

  /** Returns the call of an earlier delta that comes again, whole, at another index. In one delta, each is its own. */
  function repeated({ delta, index, id, name, text }: Piece): OpenCall | undefined {
    if (index === undefined || id === undefined || text === '') return undefined;
    const same = byId.get(id);
    if (same === undefined || same.delta === delta || same.name !== name) return undefined;
    if (same.args.haveBegun() && !same.args.are(text)) return undefined;
    byWireIndex.set(index, same);
    return same;
  }

  function begin({ delta, index, id }: Piece): OpenCall {
    const newest = calls.at(-1);
    if (newest) settle(newest);
    const call: OpenCall = {
      number: calls.length,
      delta,
      index: undefined,
      id,
      hasSentId: false,
      name: undefined,
      isCustom: false,
      signature: undefined,
      args: streamedArguments(),
      pending: undefined,
      hasInput: false,
      untold: '',
    };
    seen = true;
    calls.push(call);
    if (index !== undefined) byWireIndex.set(index, call);
    return call;
  }

  /** Tells a call that another one follows; its name can no longer go on. */
  function settle(call: OpenCall): void {
    if (call.name === undefined) return;
    if (call.index === undefined) tell(call, call.name);
    say(call, call.args.release());
  }

  function tell(call: OpenCall, name: string): void {
    const callId = (call.id ??= `call_${replyId()}_${call.number}`);
    if (call.signature !== undefined) {
      const signature = sealBeside(call.signature, callId);
      emit({ type: 'reasoning-signature', index: nextBlock(), signature });
    }
    call.index = nextBlock();
    emit({ type: 'tool-call-start', index: call.index, id: callId, name });
    if (call.untold !== '') emit({ type: 'tool-call-delta', index: call.index, text: call.untold });
  }

  function say(call: OpenCall, text: string): void {
    if (text === '') return;
    if (call.index === undefined) call.untold += text;
    else emit({ type: 'tool-call-delta', index: call.index, text });
  }

  function addInput(call: OpenCall, text: string): void {
    if (text === '') return;
    const beginning = call.hasInput ? '' : freeformBeginning;
    call.hasInput = true;
    say(call, beginning + JSON.stringify(text).slice(1, -1));
  }

  /** Some providers repeat the name with each piece, or what they have of it; others send it in pieces. */
  function addName(call: OpenCall, name: string): void {
    if (call.name === undefined) call.name = name;
    else if (call.index === undefined) call.name = name.startsWith(call.name) ? name : call.name + name;
  }

  function readOne(raw: JsonObject): void {
    const index = typeof raw.index === 'number' ? raw.index : undefined;
    const known = index === undefined ? last : byWireIndex.get(index);
    const piece = readPiece(raw, { delta: deltas, index, pending: known?.pending });
    const call = callOf(piece, known);
    last = call ?? known;
    if (call) add(call, piece);
  }

  function add(call: OpenCall, { id, name, signature, isCustom, text }: Piece): void {
    // An id alone is that of no call yet.
    if (call.id === undefined || (call.name === undefined && !hasText(call))) call.id = id ?? call.id;
    if (id !== undefined) {
      call.hasSentId = true;
      if (!byId.has(id)) byId.set(id, call);
    }
    call.isCustom ||= isCustom;
    call.signature ??= signature;
    if (name !== undefined) addName(call, name);
    if (isCustom) addInput(call, text);
    else say(call, call.args.add(text));
    if (call.index === undefined && call.name !== undefined && hasText(call)) tell(call, call.name);
  }

  /** Returns what completes the JSON of a call's arguments. */
  function restOf({ isCustom, hasInput, args }: OpenCall): string {
    if (isCustom) return hasInput ? freeformEnd : freeformArguments('');
    return args.haveBegun() ? '' : '{}';
  }

  return {
    // A method: V8 keeps the getters of an object literal, and with them this reader, until a full collection.
    sawCalls: () => seen,
    /** Reads the pieces of calls in one delta. */
    read(pieces: readonly JsonObject[]): void {
      deltas += 1;
      for (const piece of pieces) readOne(piece);
    },
    /**
     * A call that never got a name is still reported: the client decides what to do with it. A call without arguments
     * gets an empty object, which clients can parse; not the last one of an answer that was cut.
     */
    end(wasCut: boolean): void {
      for (const call of calls) {
        if (call.index === undefined) tell(call, call.name ?? '');
        say(call, call.args.release());
        if (!wasCut || call !== last) say(call, restOf(call));
      }
    },
  };
}

/** Reads a piece together with the pending one before it. */
function readPiece(
  raw: JsonObject,
  { delta, index, pending }: Pick<Piece, 'delta' | 'index'> & { readonly pending: Piece | undefined },
): Piece {
  const isCustom = raw.type === 'custom' || isJsonObject(raw.custom);
  const called = objectOf(isCustom ? raw.custom : raw.function);
  return {
    delta,
    index,
    id: nameOf(raw.id) ?? pending?.id,
    name: nameOf(called.name) ?? pending?.name,
    text: isCustom ? textOf(called.input) : argumentsText(called),
    signature: signatureBeside(raw) ?? pending?.signature,
    isCustom,
  };
}
