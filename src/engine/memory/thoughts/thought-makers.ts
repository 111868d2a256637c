import { hash } from 'node:crypto';
import type { Call } from '../../../core/call.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Message } from '../../../core/wire/content.ts';
import type { KeptThought, ThoughtMaker } from '../../../core/stores/ledger.ts';
import type { LedgerStore } from '../../../core/stores/stores.ts';
import { credentialKey } from '../../../core/accounts/credential-key.ts';
import { rememberLatest } from '../../../core/memories/remember-latest.ts';
import { makersProof, proofOf } from './thought-proof.ts';

/** Remembers who made the encrypted reasoning that conversations contain, and with it who can read it. */
export type ThoughtMakers = {
  /** A proof as contained in a reply's parts. */
  remember(proof: string, candidate: Candidate): void;
  /**
   * Looks up in the ledger what this process does not remember: another or an earlier process may have got the answer.
   * Returns `undefined` if there is nothing to look up.
   */
  recall(call: Call, ledger: LedgerStore): Promise<void> | undefined;
  /**
   * Which candidates can decrypt the reasoning in a call; `undefined` if it contains none, or the makers are not
   * remembered.
   */
  thoughtsOf(call: Call): Thoughts | undefined;
};

/** The encrypted reasoning of one call, as far as its makers are known. */
export type Thoughts = {
  /** Whether a candidate made this proof, or can decrypt it although another made it; `undefined` if the maker is unknown. */
  opens(proof: string, candidate: Candidate): boolean | undefined;
  /** Whether it can decrypt the most recent reasoning. */
  opensLatest(candidate: Candidate): boolean;
  opensAll(candidate: Candidate): boolean;
};

const maxRemembered = 10_000;

/** Creates the memory. Recent entries stay in this process; the oldest is forgotten first. */
export function thoughtMakers(): ThoughtMakers {
  /** By the digests of their proofs. */
  const makers = new Map<string, ThoughtMaker>();
  /** Proofs that the ledger does not know either, so that it is not asked again. */
  const strangers = new Map<string, true>();

  async function lookUp(ledger: LedgerStore, proofs: readonly string[]): Promise<void> {
    const found = await ledger.makersOf(proofs);
    for (const proof of proofs) {
      const maker = found.get(proof);
      if (maker) rememberLatest(makers, proof, maker, maxRemembered);
      else rememberLatest(strangers, proof, true, maxRemembered);
    }
  }

  return {
    remember(proof, candidate) {
      rememberLatest(makers, digestOf(proof), makerOf(proof, candidate), maxRemembered);
    },
    recall({ request }, ledger) {
      const unknown = digestsOf(request).filter((proof) => !makers.has(proof) && !strangers.has(proof));
      return unknown.length === 0 ? undefined : lookUp(ledger, unknown.slice(-maxRemembered));
    },
    thoughtsOf({ request }) {
      const known = makers.size === 0 ? [] : digestsOf(request).flatMap((proof) => makers.get(proof) ?? []);
      const latest = known.at(-1);
      if (latest === undefined) return undefined;
      return {
        opens(proof, candidate) {
          const maker = makers.get(digestOf(proof));
          return maker && opensFor(maker, candidate);
        },
        opensLatest: (candidate) => opensFor(latest, candidate),
        opensAll: (candidate) => known.every((maker) => opensFor(maker, candidate)),
      };
    },
  };
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
