import { hash } from 'node:crypto';
import type { Call } from '../core/call.ts';
import type { DialectId, Message } from '../core/content.ts';
import type { KeptAnswer, KeptThought, ThoughtMaker } from '../core/ledger.ts';
import type { Candidate, Deployment } from '../core/provider.ts';
import type { LedgerStore } from '../core/stores.ts';
import { makersProof, proofOf } from '../core/thought-proof.ts';
import { credentialKey } from './credential-key.ts';
import { rememberLatest } from './remember-latest.ts';

/** Who alone knows what a later call may bring back: stored answers by their ids, and encrypted thoughts. */
export type Origins = {
  rememberReply(kept: KeptAnswer): void;
  /** A proof as a reply's parts carry it. */
  rememberThought(proof: string, candidate: Candidate): void;
  /**
   * Looks up in the ledger what this process does not remember: another one, or an earlier one, may have been answered.
   * `undefined` where there is nothing to look up.
   */
  recall(call: Call, ledger: LedgerStore): Promise<void> | undefined;
  /** The credential that can serve what a call names; `undefined` where nothing is named, or nobody remembers. */
  of(call: Call): string | undefined;
  /**
   * Who can open the encrypted thoughts of a call, latest first; `undefined` where it has none, or nobody remembers
   * who made them.
   */
  thoughtsOf(call: Call): Thoughts | undefined;
};

/** The encrypted thoughts of one call whose makers are known. */
export type Thoughts = {
  /** Whether a candidate has made this proof, or can open what another has made. Who made it may be unknown: true. */
  opens(proof: string, candidate: Candidate): boolean;
  /** Whether it can open the thoughts that were thought last. */
  opensLatest(candidate: Candidate): boolean;
  opensAll(candidate: Candidate): boolean;
};

const mostRemembered = 10_000;

/** What was seen lately stays in this process's memory; the oldest is forgotten first. */
export function origins(): Origins {
  const replies = new Map<string, string>();
  const proofs = new Map<string, ThoughtMaker>();
  /** Proofs that the ledger knows nothing of either: it is not asked again. */
  const strangers = new Map<string, true>();

  async function lookUp(
    ledger: LedgerStore,
    replyId: string | undefined,
    unknown: readonly string[],
  ): Promise<void> {
    if (replyId !== undefined) {
      const account = await ledger.keeperOf(replyId);
      if (account !== undefined) rememberLatest(replies, replyId, account, mostRemembered);
    }
    if (unknown.length === 0) return;
    const makers = await ledger.makersOf(unknown);
    for (const proof of unknown) {
      const maker = makers.get(proof);
      if (maker) rememberLatest(proofs, proof, maker, mostRemembered);
      else rememberLatest(strangers, proof, true, mostRemembered);
    }
  }

  return {
    rememberReply({ replyId, account }) {
      rememberLatest(replies, replyId, account, mostRemembered);
    },
    rememberThought(proof, candidate) {
      rememberLatest(proofs, digestOf(proof), makerOf(proof, candidate), mostRemembered);
    },
    recall(call, ledger) {
      const named = namedBy(call);
      const replyId = named === undefined || replies.has(named) ? undefined : named;
      const unknown = digestsOf(call.request).filter((proof) => !proofs.has(proof) && !strangers.has(proof));
      if (replyId === undefined && unknown.length === 0) return undefined;
      return lookUp(ledger, replyId, unknown.slice(-mostRemembered));
    },
    of(call) {
      const replyId = namedBy(call);
      return replyId === undefined ? undefined : replies.get(replyId);
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

/**
 * What of an answer is worth remembering: only Responses are kept by whoever gave them, and named again. With a key of
 * the caller's own they are the caller's to find.
 */
export function keptAnswer(
  { dialect, replyId }: { readonly dialect: DialectId; readonly replyId?: string | undefined },
  deployment: Deployment,
): KeptAnswer | undefined {
  if (dialect !== 'openai-responses' || replyId === undefined || deployment.payer === 'caller')
    return undefined;
  return { replyId, account: credentialKey(deployment) };
}

/** What any process needs to find the makers of an answer's thoughts. What a caller's own key made is in no store. */
export function keptThoughts(
  proofs: readonly string[],
  candidate: Candidate,
): readonly KeptThought[] | undefined {
  if (candidate.deployment.payer === 'caller') return undefined;
  return proofs.map((proof) => ({ proof: digestOf(proof), ...makerOf(proof, candidate) }));
}

function makerOf(proof: string, { model, deployment }: Candidate): ThoughtMaker {
  const claudes = model.family === claude && makersProof(proof) === proof;
  return { account: credentialKey(deployment), claudes };
}

function namedBy({ request }: Call): string | undefined {
  const previous = request.extras?.find(({ name }) => name === 'previous_response_id')?.value;
  return typeof previous === 'string' ? previous : undefined;
}

const claude = 'claude';

function opensFor(maker: ThoughtMaker | undefined, { model, deployment }: Candidate): boolean {
  if (maker === undefined || maker.account === credentialKey(deployment)) return true;
  return maker.claudes && model.family === claude;
}

const none: readonly string[] = [];
/** A conversation is asked about at every stage, and its proofs are long. */
const digested = new WeakMap<readonly Message[], readonly string[]>();

/** Digests of the proofs in a conversation, in order. Nearly all calls bring none, and pay for a look at their parts. */
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
