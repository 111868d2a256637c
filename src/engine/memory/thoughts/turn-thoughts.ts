import type { Message, ReasoningPart } from '../../../core/wire/content.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { rememberLatest } from '../../../core/memories/remember-latest.ts';
import type { Ms } from '../../../core/units.ts';
import {
  belongsToCall,
  hasOpenThoughts,
  lengthOfAll,
  worthKeeping,
  type CallingTurn,
} from './calling-turn.ts';
import { digestOfAnswer, digestsOfTurns, type TurnDigest } from './conversation-digest.ts';
import { hasAsMuch, readsThoughts, type ThoughtReader } from './reads-thoughts.ts';
import type { Restored } from './restored-in.ts';

/**
 * The reasoning before tool calls, for clients that send the calls back without it, as those of Chat Completions do. It
 * is kept only in memory, for a few hours, and restored only for the key that received the call and only after exactly
 * the same conversation: ids alone are not enough, since some providers count from `call_0` in every conversation.
 * Restored is the reasoning since the last user message, the newest first, up to 32,768 characters in one request.
 */
export type TurnThoughts = {
  remember(turn: CallingTurn, keyId: string): void;
  /**
   * Returns a request with the reasoning that its client has lost. `reader`: the candidate and dialect that must be
   * able to read it; absent: everything remembered is restored. Returns the request itself if there is nothing to
   * restore.
   */
  restored(request: ModelRequest, keyId: string, reader?: ThoughtReader): ModelRequest;
  /**
   * The candidate refused the request with the reasoning, and accepted it with no more than `kept`: what was left out is
   * forgotten, and it gets no more reasoning without a proof, or that only its own use of a reasoning field marks as
   * acceptable.
   */
  refused(request: ModelRequest, keyId: string, by: Refusal): void;
};

type Refusal = { readonly candidate: Candidate; readonly kept: Restored };

type Kept = CallingTurn & { readonly at: Ms; readonly characters: number };

const rememberedMs: Ms = 4 * 3_600_000;
const maxTurns = 10_000;
const maxCharacters = 32 * 1_024 * 1_024;
/** In one request, in characters, however many turns it has. */
const maxRestored = 32 * 1_024;

/** Creates the memory; the oldest entries are forgotten first. */
export function turnThoughts(now: () => Ms): TurnThoughts {
  const turns = new Map<string, Kept>();
  /** Models, with their addresses, that refuse their own reasoning, and since when that is known. */
  const refusing = new Map<string, Ms>();
  let characters = 0;

  function forget(key: string): void {
    characters -= turns.get(key)?.characters ?? 0;
    turns.delete(key);
  }

  function keep(
    key: string,
    turn: CallingTurn & { readonly at: Ms },
    thoughts: readonly ReasoningPart[],
  ): void {
    if (thoughts.length === 0) return;
    const size = lengthOfAll(thoughts);
    turns.set(key, { ...turn, thoughts, characters: size });
    characters += size;
  }

  function isRefused({ candidate }: ThoughtReader, turn: CallingTurn): boolean {
    const since = refusing.get(modelAt(candidate));
    return since !== undefined && now() - since <= rememberedMs && hasOpenThoughts(turn);
  }

  /** A call's signature and the thoughts beside it are read independently of each other. */
  function readable(reader: ThoughtReader, turn: CallingTurn): readonly ReasoningPart[] {
    const accepted = (thoughts: readonly ReasoningPart[]) => {
      const part = { ...turn, thoughts };
      return readsThoughts(reader, part) && !isRefused(reader, part) ? thoughts : [];
    };
    const told = reader.refusesThoughts ? [] : turn.thoughts.filter((thought) => !belongsToCall(thought));
    return [...accepted(told), ...accepted(turn.thoughts.filter(belongsToCall))];
  }

  function turnOf(digest: TurnDigest, keyId: string): Kept | undefined {
    const turn = turns.get(keyOf(keyId, digest));
    return turn && now() - turn.at <= rememberedMs ? turn : undefined;
  }

  return {
    remember(turn, keyId) {
      const thoughts = worthKeeping(turn.thoughts);
      if (turn.calls.length === 0 || thoughts.length === 0 || lengthOfAll(thoughts) > maxRestored) return;
      const key = keyOf(keyId, digestOfAnswer(turn.before, turn.calls));
      forget(key);
      keep(key, { ...turn, before: [], calls: [], at: now() }, thoughts);
      for (const oldest of turns.keys()) {
        const isOld = now() - (turns.get(oldest)?.at ?? 0) > rememberedMs;
        if (!isOld && turns.size <= maxTurns && characters <= maxCharacters) break;
        forget(oldest);
      }
    },
    restored(request, keyId, reader) {
      if (turns.size === 0) return request;
      const digests = digestsOfTurns(request.messages);
      const since = request.messages.findLastIndex(isSpoken);
      let left = maxRestored;
      const messages = [...request.messages];
      // The newest first: the model continues from it.
      for (let at = messages.length - 1; at > since; at -= 1) {
        const message = messages[at];
        const digest = message && digests.get(message);
        const turn = digest === undefined ? undefined : turnOf(digest, keyId);
        if (!message || !turn) continue;
        const thoughts = reader ? readable(reader, turn) : turn.thoughts;
        if (thoughts.length === 0 || hasAsMuch(message, thoughts, reader)) continue;
        if (turn.characters > left) break;
        left -= turn.characters;
        const others = message.content.filter(({ type }) => type !== 'reasoning');
        messages[at] = { ...message, content: [...thoughts, ...others] };
      }
      return left === maxRestored ? request : { ...request, messages };
    },
    refused(request, keyId, { candidate, kept }) {
      for (const digest of digestsOfTurns(request.messages).values()) {
        const key = keyOf(keyId, digest);
        const turn = turns.get(key);
        forget(key);
        if (turn && kept === 'signatures') keep(key, turn, turn.thoughts.filter(belongsToCall));
      }
      rememberLatest(refusing, modelAt(candidate), now(), maxTurns);
    },
  };
}

/** Servers of one model differ in what they accept. */
function modelAt({ model, deployment: { endpoints } }: Candidate): string {
  return [model.id, ...endpoints.map(({ baseUrl }) => baseUrl)].join(' ');
}

function keyOf(keyId: string, digest: TurnDigest): string {
  return `${keyId} ${digest}`;
}

/** Whether the user wrote this: then a new turn begins, for which earlier reasoning matters little. */
function isSpoken({ role, content }: Message): boolean {
  return role === 'user' && content.some(({ type }) => type !== 'tool-result');
}
