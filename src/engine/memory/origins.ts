import { hash } from 'node:crypto';
import type { Call } from '../../core/call.ts';
import type { DialectId, Message } from '../../core/wire/content.ts';
import type { Keeper, KeptAnswer, KeptThought, ThoughtMaker } from '../../core/stores/ledger.ts';
import type { Candidate, Deployment } from '../../core/deployment.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import type { Tokens } from '../../core/units.ts';
import { makersProof, proofOf } from './thought-proof.ts';
import { credentialKey } from '../../core/accounts/credential-key.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Remembers who can use what a later call may refer to: stored answers by their ids, and encrypted reasoning. */
export type Origins = {
  /** `tokens`: prompt and answer. */
  rememberReply(kept: KeptAnswer, keyId: string, tokens: Tokens): void;
  /** A proof as contained in a reply's parts. */
  rememberThought(proof: string, candidate: Candidate): void;
  /**
   * Looks up in the ledger what this process does not remember: another or an earlier process may have got the answer.
   * Returns `undefined` if there is nothing to look up.
   */
  recall(call: Call, ledger: LedgerStore): Promise<void> | undefined;
  /**
   * How many tokens the provider adds to the prompt because the call refers to a stored answer instead of sending it:
   * prompt and answer of that one. 0 for an answer that is not remembered. `undefined` if the call refers to none.
   */
  storedTokens(call: Call, ledger: LedgerStore): Promise<Tokens> | undefined;
  /**
   * The credential that can serve what a call refers to; `undefined` if it refers to nothing, or the owner is not
   * remembered.
   */
  of(call: Call): string | undefined;
  /**
   * The first thing a call refers to that its key does not own: another key owns it or, with `strangersToo`, no owner
   * is remembered.
   */
  notOf(call: Call, options: { readonly strangersToo: boolean }): Named | undefined;
  /**
   * Which candidates can decrypt the reasoning in a call; `undefined` if it contains none, or the makers are not
   * remembered.
   */
  thoughtsOf(call: Call): Thoughts | undefined;
};

/** A reference to something that a provider stores, and the field that contains it. */
export type Named = { readonly id: string; readonly param: string };

/** The encrypted reasoning of one call, as far as its makers are known. */
export type Thoughts = {
  /** Whether a candidate made this proof, or can decrypt it although another made it. True if the maker is unknown. */
  opens(proof: string, candidate: Candidate): boolean;
  /** Whether it can decrypt the most recent reasoning. */
  opensLatest(candidate: Candidate): boolean;
  opensAll(candidate: Candidate): boolean;
};

const maxRemembered = 10_000;

/** Creates the memory. Recent entries stay in this process; the oldest is forgotten first. */
export function origins(): Origins {
  /** Owners of answers and their parts. */
  const kept = new Map<string, Keeper>();
  const proofs = new Map<string, ThoughtMaker>();
  /** Proofs that the ledger does not know either, so that it is not asked again. */
  const strangers = new Map<string, true>();

  async function lookUp(
    ledger: LedgerStore,
    ids: readonly string[],
    unknown: readonly string[],
  ): Promise<void> {
    if (ids.length > 0) {
      for (const [id, keeper] of await ledger.keepersOf(ids)) rememberLatest(kept, id, keeper, maxRemembered);
    }
    if (unknown.length === 0) return;
    const makers = await ledger.makersOf(unknown);
    for (const proof of unknown) {
      const maker = makers.get(proof);
      if (maker) rememberLatest(proofs, proof, maker, maxRemembered);
      else rememberLatest(strangers, proof, true, maxRemembered);
    }
  }

  return {
    rememberReply({ replyId, account, pieces = [] }, keyId, tokens) {
      for (const id of [replyId, ...pieces])
        rememberLatest(kept, id, { account, keyId, tokens }, maxRemembered);
    },
    storedTokens(call, ledger) {
      const continued = namedBy(call).filter(({ param }) => continuing.has(param));
      if (continued.length === 0) return undefined;
      const sum = () => continued.reduce((total, { id }) => total + (kept.get(id)?.tokens ?? 0), 0);
      const unknown = continued.flatMap(({ id }) => (kept.has(id) ? [] : id));
      return unknown.length === 0 ? Promise.resolve(sum()) : lookUp(ledger, unknown, []).then(sum);
    },
    rememberThought(proof, candidate) {
      rememberLatest(proofs, digestOf(proof), makerOf(proof, candidate), maxRemembered);
    },
    recall(call, ledger) {
      const ids = namedBy(call).flatMap(({ id }) => (kept.has(id) ? [] : id));
      const unknown = digestsOf(call.request).filter((proof) => !proofs.has(proof) && !strangers.has(proof));
      if (ids.length === 0 && unknown.length === 0) return undefined;
      return lookUp(ledger, ids.slice(-maxRemembered), unknown.slice(-maxRemembered));
    },
    of(call) {
      for (const { id } of namedBy(call)) {
        const keeper = kept.get(id);
        if (keeper) return keeper.account;
      }
      return undefined;
    },
    notOf(call, { strangersToo }) {
      const { keyId } = call.principal;
      return namedBy(call).find(({ id }) => {
        const keeper = kept.get(id);
        return keeper === undefined ? strangersToo : keeper.keyId !== keyId;
      });
    },
    thoughtsOf({ request }) {
      const known = proofs.size === 0 ? [] : digestsOf(request).flatMap((proof) => proofs.get(proof) ?? []);
      const latest = known.at(-1);
      if (latest === undefined) return undefined;
      return {
        opens: (proof, candidate) => opensFor(proofs.get(digestOf(proof)), candidate),
        opensLatest: (candidate) => opensFor(latest, candidate),
        opensAll: (candidate) => known.every((maker) => opensFor(maker, candidate)),
      };
    },
  };
}

type Answered = {
  readonly dialect: DialectId;
  readonly replyId?: string | undefined;
  readonly pieces?: readonly string[] | undefined;
  /** The request asked its provider to store the answer. */
  readonly keepsAnswer?: boolean;
};

/**
 * Returns what to remember of an answer, because a later call may refer to it. Responses are always stored by their
 * provider, other answers only on request; containers are among the pieces. With a caller's own key, nothing is
 * remembered: the caller can access it itself.
 */
export function keptAnswer(
  { dialect, replyId, pieces = [], keepsAnswer }: Answered,
  deployment: Deployment,
): KeptAnswer | undefined {
  const isNamedAgain = dialect === 'openai-responses' || keepsAnswer === true || pieces.length > 0;
  if (!isNamedAgain || replyId === undefined || deployment.payer === 'caller') return undefined;
  return { replyId, account: credentialKey(deployment), ...(pieces.length > 0 && { pieces }) };
}

/**
 * Returns what any process needs to find the makers of an answer's reasoning. Reasoning made with a caller's own key is
 * not stored.
 */
export function keptThoughts(
  proofs: readonly string[],
  candidate: Candidate,
): readonly KeptThought[] | undefined {
  if (candidate.deployment.payer === 'caller') return undefined;
  return proofs.map((proof) => ({ proof: digestOf(proof), ...makerOf(proof, candidate) }));
}

/** Returns the maker of a proof. */
export function makerOf(proof: string, { model, deployment }: Candidate): ThoughtMaker {
  const isPortable = model.portableThoughts === true && makersProof(proof) === proof;
  return { account: credentialKey(deployment), isPortable };
}

/** The members that refer to a conversation stored by the provider. */
const continuing: ReadonlySet<string> = new Set([
  'previous_response_id',
  'conversation',
  'thread',
  'previous_message_id',
]);

const nothing: readonly Named[] = [];

function namedBy({ request }: Call): readonly Named[] {
  let named: Named[] | undefined;
  for (const { name, keptId } of request.extras ?? []) {
    if (keptId !== undefined) (named ??= []).push({ id: keptId, param: name });
  }
  return named ?? nothing;
}

/** Whether a candidate can decrypt what `maker` has made. True if the maker is unknown. */
export function opensFor(maker: ThoughtMaker | undefined, { model, deployment }: Candidate): boolean {
  if (maker === undefined || maker.account === credentialKey(deployment)) return true;
  return maker.isPortable && model.portableThoughts === true;
}

const none: readonly string[] = [];
/** Several stages read a conversation's proofs, which are long, so the digests are cached. */
const digested = new WeakMap<readonly Message[], readonly string[]>();

/**
 * Returns the digests of the proofs in a conversation, in order. Nearly all calls contain none and only cost a scan of
 * their parts.
 */
function digestsOf({ messages }: Call['request']): readonly string[] {
  const before = digested.get(messages);
  if (before) return before;
  let digests: string[] | undefined;
  for (const { content } of messages) {
    for (const part of content) {
      const proof = proofOf(part);
      if (proof !== undefined) (digests ??= []).push(digestOf(proof));
    }
  }
  if (!digests) return none;
  digested.set(messages, digests);
  return digests;
}

function digestOf(proof: string): string {
  return hash('sha1', makersProof(proof), 'base64');
}
