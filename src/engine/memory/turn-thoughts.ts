import type { ContentPart, DialectId, Message } from '../../core/wire/content.ts';
import type { Candidate } from '../../core/provider.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import type { Ms } from '../../core/units.ts';
import { digestOfAnswer, digestsOfTurns, type MadeCall, type TurnDigest } from './conversation-digest.ts';
import { makerOf, opensFor } from './origins.ts';
import { proofOf } from './thought-proof.ts';

type Thought = Extract<ContentPart, { type: 'reasoning' }>;

/** An answer that ended in calls of tools, and what was thought before them. */
export type CallingTurn = {
  /** The conversation that it answered, as the client told it. */
  readonly before: readonly Message[];
  readonly calls: readonly MadeCall[];
  readonly thoughts: readonly Thought[];
  readonly dialect: DialectId;
  readonly candidate: Candidate;
};

/**
 * What models thought before they called a tool, for clients that bring the call back without it, as those of Chat
 * Completions do. In memory alone, for a few hours; told again to the key that was given the call, after the very words that
 * it followed: ids alone say nothing, for some sellers count from `call_0` in every conversation. Told are those since the user
 * spoke last, the newest first, up to 32 KiB in one request.
 */
export type TurnThoughts = {
  remember(turn: CallingTurn, keyId: string): void;
  /**
   * A request with the thoughts that its client has lost. `reader`: whom they must be told in their own words, in its
   * dialect; absent: all that are remembered. Returns the request itself where nothing is to be told.
   */
  restored(request: ModelRequest, keyId: string, reader?: Reader): ModelRequest;
  /** A provider has refused a request with what was told again. */
  forget(request: ModelRequest, keyId: string): void;
  /** It has taken the same request without: it is told none again of which nobody but itself says that it takes them. */
  refused(reader: Reader): void;
};

type Reader = {
  readonly candidate: Candidate;
  readonly dialect: DialectId;
  /** It is told the client's own words, each under the client's own name for it. */
  readonly relayed?: boolean;
};

type Kept = CallingTurn & { readonly at: Ms; readonly characters: number };

const rememberedMs: Ms = 4 * 3_600_000;
const mostTurns = 10_000;
const mostCharacters = 32 * 1_024 * 1_024;
/** In one request, however many turns it has. */
const mostTold = 32 * 1_024;

/** The oldest are forgotten first. */
export function turnThoughts(now: () => Ms): TurnThoughts {
  const turns = new Map<string, Kept>();
  /** Models that refuse what they have told themselves, and since when that is known. */
  const refusing = new Map<string, Ms>();
  let characters = 0;

  function forget(key: string): void {
    characters -= turns.get(key)?.characters ?? 0;
    turns.delete(key);
  }

  function isRefused({ candidate }: Reader, turn: CallingTurn): boolean {
    const since = refusing.get(candidate.model.id);
    return since !== undefined && now() - since <= rememberedMs && isToldByItself(turn);
  }

  function turnOf(digest: TurnDigest, keyId: string): Kept | undefined {
    const turn = turns.get(keyOf(keyId, digest));
    return turn && now() - turn.at <= rememberedMs ? turn : undefined;
  }

  return {
    remember(turn, keyId) {
      const thoughts = worthKeeping(turn.thoughts);
      const size = thoughts.reduce((sum, thought) => sum + lengthOf(thought), 0);
      if (turn.calls.length === 0 || thoughts.length === 0 || size > mostTold) return;
      const key = keyOf(keyId, digestOfAnswer(turn.before, turn.calls));
      forget(key);
      turns.set(key, { ...turn, before: [], calls: [], thoughts, at: now(), characters: size });
      characters += size;
      for (const oldest of turns.keys()) {
        const isOld = now() - (turns.get(oldest)?.at ?? 0) > rememberedMs;
        if (!isOld && turns.size <= mostTurns && characters <= mostCharacters) break;
        forget(oldest);
      }
    },
    restored(request, keyId, reader) {
      if (turns.size === 0) return request;
      const digests = digestsOfTurns(request.messages);
      const since = request.messages.findLastIndex(isSpoken);
      let left = mostTold;
      const messages = [...request.messages];
      // The newest first: they are what the model goes on from.
      for (let at = messages.length - 1; at > since; at -= 1) {
        const message = messages[at];
        const digest = message && digests.get(message);
        const turn = digest === undefined ? undefined : turnOf(digest, keyId);
        if (!message || !turn || hasAsMuch(message, turn, reader)) continue;
        if (reader && (!reads(reader, turn) || isRefused(reader, turn))) continue;
        if (turn.characters > left) break;
        left -= turn.characters;
        const said = message.content.filter(({ type }) => type !== 'reasoning');
        messages[at] = { ...message, content: [...turn.thoughts, ...said] };
      }
      return left === mostTold ? request : { ...request, messages };
    },
    forget(request, keyId) {
      for (const digest of digestsOfTurns(request.messages).values()) forget(keyOf(keyId, digest));
    },
    refused({ candidate }) {
      rememberLatest(refusing, candidate.model.id, now(), mostTurns);
    },
  };
}

function keyOf(keyId: string, digest: TurnDigest): string {
  return `${keyId} ${digest}`;
}

/** Words of the user's own: with them a new turn begins, for which what was thought before matters little. */
function isSpoken({ role, content }: Message): boolean {
  return role === 'user' && content.some(({ type }) => type !== 'tool-result');
}

/** Where a model proves its thoughts, it wants back what it has proven. */
function worthKeeping(thoughts: readonly Thought[]): readonly Thought[] {
  const proven = thoughts.filter((thought) => proofOf(thought) !== undefined);
  return proven.length > 0 ? proven : thoughts;
}

function hasAsMuch({ content }: Message, { thoughts }: CallingTurn, reader: Reader | undefined): boolean {
  const told = content.filter(({ type }) => type === 'reasoning');
  const isProven = (part: ContentPart) => proofOf(part) !== undefined;
  // Clients of other dialects bring back the words and not the name that they had.
  const isNamed = ({ field }: Thought) => field !== undefined && reader?.relayed === false;
  return (
    told.some(isProven) ||
    (told.length > 0 && !thoughts.some((thought) => isProven(thought) || isNamed(thought)))
  );
}

/** Whether a thought would be told to whom it is meant for, and not left out again with a warning. */
function reads({ candidate, dialect }: Reader, turn: CallingTurn): boolean {
  if (ofClaude.has(dialect) && bindsThoughts.test(candidate.model.name)) return false;
  const proofs = turn.thoughts.flatMap((thought) => proofOf(thought) ?? []);
  if (proofs.length === 0) return turn.dialect === dialect && takesOpenThoughts(candidate, dialect, turn);
  return proofs.every((proof) => {
    const maker = makerOf(proof, turn.candidate);
    return (
      (turn.dialect === dialect || (maker.claudes && ofClaude.has(dialect))) && opensFor(maker, candidate)
    );
  });
}

/**
 * Claudes that refuse a thought where anything before it has changed: clients that know nothing of thoughts shorten and
 * edit what was said. https://platform.claude.com/docs/en/build-with-claude/preserved-thinking
 */
const bindsThoughts = /claude-(?:fable|mythos|(?:opus|sonnet|haiku)-(?:5-[5-9]|[6-9]|\d\d))/;

/** Signatures of Claude's thoughts are the same wherever Claude is sold. */
const ofClaude: ReadonlySet<DialectId> = new Set(['anthropic-messages', 'bedrock-converse']);

function takesOpenThoughts({ deployment }: Candidate, dialect: DialectId, turn: CallingTurn): boolean {
  const { provider } = deployment;
  if (provider.id !== turn.candidate.deployment.provider.id) return false;
  const isTakenBack = provider.quirks.reasoningField !== undefined || isToldByItself(turn);
  return dialect === 'ollama-chat' || isTakenBack;
}

function isToldByItself({ thoughts }: CallingTurn): boolean {
  return thoughts.some(({ field }) => field !== undefined);
}

function lengthOf({ text, signature = '', redacted = '' }: Thought): number {
  return text.length + signature.length + redacted.length;
}
