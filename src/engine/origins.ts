import { hash } from 'node:crypto';
import type { Call } from '../core/call.ts';
import type { DialectId } from '../core/content.ts';
import type { KeptAnswer } from '../core/ledger.ts';
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
  /** Looks up in the ledger what this process does not remember: another one, or an earlier one, may have been answered. */
  recall(call: Call, ledger: LedgerStore): Promise<void>;
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

/** Where a proof was made. */
type Maker = {
  readonly credential: string;
  /**
   * Claude's own signatures hold wherever a Claude is sold: "signature values are compatible across platforms"
   * (docs.anthropic.com, Extended thinking). All other makers' are bound to the account.
   */
  readonly claudes: boolean;
};

const mostRemembered = 10_000;

/** What was seen lately stays in this process's memory; the oldest is forgotten first. */
export function origins(): Origins {
  const replies = new Map<string, string>();
  const proofs = new Map<string, Maker>();
  const makerOf = (proof: string) => proofs.get(keyOf(proof));
  return {
    rememberReply({ replyId, account }) {
      rememberLatest(replies, replyId, account, mostRemembered);
    },
    rememberThought(proof, { model, deployment }) {
      const claudes = model.family === claude && makersProof(proof) === proof;
      rememberLatest(
        proofs,
        keyOf(proof),
        { credential: credentialKey(deployment), claudes },
        mostRemembered,
      );
    },
    async recall(call, ledger) {
      const replyId = namedBy(call);
      if (replyId === undefined || replies.has(replyId)) return;
      const account = await ledger.keeperOf(replyId);
      if (account !== undefined) rememberLatest(replies, replyId, account, mostRemembered);
    },
    of(call) {
      const replyId = namedBy(call);
      return replyId === undefined ? undefined : replies.get(replyId);
    },
    thoughtsOf({ request }) {
      // Nearly all calls bring none, and pay for a look at their parts.
      const known: Maker[] = [];
      for (const { content } of proofs.size === 0 ? [] : request.messages) {
        for (const part of content) {
          const proof = part.type === 'reasoning' ? proofOf(part) : undefined;
          const maker = proof === undefined ? undefined : makerOf(proof);
          if (maker) known.push(maker);
        }
      }
      const latest = known.at(-1);
      if (latest === undefined) return undefined;
      return {
        opens: (proof, candidate) => opensFor(makerOf(proof), candidate),
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

function namedBy({ request }: Call): string | undefined {
  const previous = request.extras?.find(({ name }) => name === 'previous_response_id')?.value;
  return typeof previous === 'string' ? previous : undefined;
}

const claude = 'claude';

function opensFor(maker: Maker | undefined, { model, deployment }: Candidate): boolean {
  if (maker === undefined || maker.credential === credentialKey(deployment)) return true;
  return maker.claudes && model.family === claude;
}

function keyOf(proof: string): string {
  return hash('sha1', makersProof(proof), 'base64');
}
