import type { Call } from '../../core/call.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Keeper, KeptAnswer } from '../../core/stores/ledger.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import type { Tokens } from '../../core/units.ts';
import { credentialKey } from '../../core/accounts/credential-key.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Remembers who can use the answers that providers store, to which a later call may refer by their ids. */
export type StoredAnswers = {
  /** `tokens`: prompt and answer. */
  remember(kept: KeptAnswer, keyId: string, tokens: Tokens): void;
  /**
   * Looks up in the ledger what this process does not remember: another or an earlier process may have got the answer.
   * Returns `undefined` if there is nothing to look up.
   */
  recall(call: Call, ledger: LedgerStore): Promise<void> | undefined;
  /**
   * How many tokens the provider adds to the prompt because the call refers to a stored answer instead of sending it:
   * prompt and answer of that one. 0 for an answer that is not remembered. `undefined` if the call refers to none.
   */
  tokensOf(call: Call, ledger: LedgerStore): Promise<Tokens> | undefined;
  /**
   * The credential that can serve what a call refers to; `undefined` if it refers to nothing, or the owner is not
   * remembered.
   */
  accountOf(call: Call): string | undefined;
  /**
   * The first thing a call refers to that its key does not own: another key owns it or, with `strangersToo`, no owner
   * is remembered.
   */
  notOf(call: Call, options: { readonly strangersToo: boolean }): Named | undefined;
};

/** A reference to something that a provider stores, and the field that contains it. */
export type Named = { readonly id: string; readonly param: string };

const maxRemembered = 10_000;

/** Creates the memory. Recent entries stay in this process; the oldest is forgotten first. */
export function storedAnswers(): StoredAnswers {
  /** Owners of answers and their parts. */
  const keepers = new Map<string, Keeper>();

  const isUnknown = ({ id }: Named) => !keepers.has(id);

  async function lookUp(ledger: LedgerStore, named: readonly Named[]): Promise<void> {
    const ids = named.map(({ id }) => id).slice(-maxRemembered);
    for (const [id, keeper] of await ledger.keepersOf(ids))
      rememberLatest(keepers, id, keeper, maxRemembered);
  }

  return {
    remember({ replyId, account, pieces = [] }, keyId, tokens) {
      for (const id of [replyId, ...pieces])
        rememberLatest(keepers, id, { account, keyId, tokens }, maxRemembered);
    },
    recall(call, ledger) {
      const unknown = namedBy(call).filter(isUnknown);
      return unknown.length === 0 ? undefined : lookUp(ledger, unknown);
    },
    tokensOf(call, ledger) {
      const continued = namedBy(call).filter(({ param }) => continuing.has(param));
      if (continued.length === 0) return undefined;
      const sum = () => continued.reduce((total, { id }) => total + (keepers.get(id)?.tokens ?? 0), 0);
      const unknown = continued.filter(isUnknown);
      return unknown.length === 0 ? Promise.resolve(sum()) : lookUp(ledger, unknown).then(sum);
    },
    accountOf(call) {
      for (const { id } of namedBy(call)) {
        const keeper = keepers.get(id);
        if (keeper) return keeper.account;
      }
      return undefined;
    },
    notOf(call, { strangersToo }) {
      const { keyId } = call.principal;
      return namedBy(call).find(({ id }) => {
        const keeper = keepers.get(id);
        return keeper === undefined ? strangersToo : keeper.keyId !== keyId;
      });
    },
  };
}

type Answered = {
  /** Its clients name it by its id, or the request asked its provider to store it. */
  readonly isNamed: boolean;
  readonly replyId?: string | undefined;
  readonly pieces?: readonly string[] | undefined;
};

/**
 * Returns what to remember of an answer, because a later call may refer to it. Containers are among the
 * pieces. With a caller's own key, nothing is
 * remembered: the caller can access it itself.
 */
export function keptAnswer(
  { isNamed, replyId, pieces = [] }: Answered,
  deployment: Deployment,
): KeptAnswer | undefined {
  const isNamedAgain = isNamed || pieces.length > 0;
  if (!isNamedAgain || replyId === undefined || deployment.payer === 'caller') return undefined;
  return { replyId, account: credentialKey(deployment), ...(pieces.length > 0 && { pieces }) };
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
