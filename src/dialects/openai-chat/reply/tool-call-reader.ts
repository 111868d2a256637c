import type { JsonObject } from '../../../core/json/json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import { freeformArguments, freeformBeginning, freeformEnd } from '../../openai/freeform-tool.ts';
import { argumentsText } from '../../tools/arguments-text.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { streamedArguments, type StreamedArguments } from './streamed-arguments.ts';
import { sealBeside, signatureBeside, type SignatureBeside } from '../google-signature.ts';

type OpenCall = {
  readonly number: number;
  /** Its block, as soon as it is told. */
  index: number | undefined;
  /** Conclave's own if the provider has sent no id by the time the call is told. */
  id: string | undefined;
  /** Whether the provider has sent the id. */
  hasSentId: boolean;
  name: string | undefined;
  /** A custom tool's call: its text becomes the one argument of a function. */
  isCustom: boolean;
  signature: SignatureBeside | undefined;
  readonly args: StreamedArguments;
  /** Its name has come again alone, after all its arguments: the next call of the same tool, if arguments follow. */
  isNamedAgain: boolean;
  /** Whether a piece of a custom tool's input has come. */
  hasInput: boolean;
  /** What has come before the call was told. */
  untold: string;
};

/** What identifies a piece of a call, and its arguments or input. */
type Piece = {
  readonly wireIndex: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly text: string;
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
  /** How many calls there were before the delta that is read. */
  let earlier = 0;

  /** Returns the call to which a piece belongs; undefined if it begins one. */
  function find({ wireIndex, id, name, text }: Piece): OpenCall | undefined {
    const known = wireIndex === undefined ? last : byWireIndex.get(wireIndex);
    if (known === undefined) return repeated({ wireIndex, id, name, text });
    if (id !== undefined && known.hasSentId) {
      if (known.id === id) return known;
      // Some providers make up a new id for each piece, of which only the first has the name.
      const continues = name === undefined && known.name !== undefined && text !== '';
      return continues && !known.args.areWhole() ? known : undefined;
    }
    if (known.name === undefined) return known;
    if (name === undefined && !known.isNamedAgain) return known;
    // Without an index and an id, only a name distinguishes the next call from the current one.
    if (id !== undefined || wireIndex === undefined) return undefined;
    return isNext(known, { name, text }) ? undefined : known;
  }

  /** Whether a piece without an id is the next call, as the current one has its name and all its arguments. */
  function isNext(known: OpenCall, { name = known.name, text }: Pick<Piece, 'name' | 'text'>): boolean {
    if (!known.args.areWhole()) return false;
    const isRepeated = text === '' || (known.number < earlier && known.args.are(text));
    return known.name !== name || !isRepeated;
  }

  /** Returns the call of an earlier delta that comes again, whole, at another index. In one delta, each is its own. */
  function repeated({ wireIndex, id, name, text }: Piece): OpenCall | undefined {
    if (wireIndex === undefined || id === undefined || text === '') return undefined;
    const same = byId.get(id);
    if (same === undefined || same.number >= earlier || same.name !== name) return undefined;
    if (same.args.haveBegun() && !same.args.are(text)) return undefined;
    byWireIndex.set(wireIndex, same);
    return same;
  }

  function begin({ wireIndex, id }: Piece): OpenCall {
    const newest = calls.at(-1);
    if (newest) settle(newest);
    const call: OpenCall = {
      number: calls.length,
      index: undefined,
      id,
      hasSentId: false,
      name: undefined,
      isCustom: false,
      signature: undefined,
      args: streamedArguments(),
      isNamedAgain: false,
      hasInput: false,
      untold: '',
    };
    seen = true;
    calls.push(call);
    if (wireIndex !== undefined) byWireIndex.set(wireIndex, call);
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

  function readOne(delta: JsonObject): void {
    const isCustom = delta.type === 'custom' || isJsonObject(delta.custom);
    const called = objectOf(isCustom ? delta.custom : delta.function);
    const piece: Piece = {
      wireIndex: typeof delta.index === 'number' ? delta.index : undefined,
      id: nameOf(delta.id),
      name: nameOf(called.name),
      text: isCustom ? textOf(called.input) : argumentsText(called),
    };
    const before = last;
    const call = find(piece) ?? begin(piece);
    if (call !== before && before?.isNamedAgain) call.name ??= before.name;
    call.isNamedAgain = piece.name !== undefined && piece.text === '' && call.args.areWhole();
    last = call;
    call.id ??= piece.id;
    if (piece.id !== undefined) {
      call.hasSentId = true;
      if (!byId.has(piece.id)) byId.set(piece.id, call);
    }
    call.isCustom ||= isCustom;
    call.signature ??= signatureBeside(delta);
    if (piece.name !== undefined) addName(call, piece.name);
    if (isCustom) addInput(call, piece.text);
    else say(call, call.args.add(piece.text));
    const hasBegun = call.hasInput || call.args.haveBegun();
    if (call.index === undefined && call.name !== undefined && hasBegun) tell(call, call.name);
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
      earlier = calls.length;
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
