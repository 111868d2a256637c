import { throwIfAborted } from '../../core/streams/abort-error.ts';
import type { CallReceipt } from '../../core/call.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { ToolContext } from '../offer/tool.ts';

/** The result of one member's work, and how its calls ended. */
export type PanelResult<Member, Result> = {
  readonly member: Member;
  readonly receipts: readonly CallReceipt[];
} & (
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: ConclaveError }
  /** Cancelled because its answer could no longer change the outcome. */
  | { readonly state: 'cancelled' }
);

export type PanelWork<Member, Result> = {
  readonly members: readonly Member[];
  readonly work: (member: Member, context: ToolContext) => Promise<Result>;
  /** True if the missing answers cannot change the outcome. */
  readonly settled?: (results: readonly Result[], missing: number) => boolean;
};

/**
 * Runs all members in parallel and independently. A failing member does not end the others; once the outcome is
 * settled, members still running are cancelled.
 */
export async function runPanel<Member, Result>(
  context: ToolContext,
  { members, work, settled = () => false }: PanelWork<Member, Result>,
): Promise<PanelResult<Member, Result>[]> {
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  const done: Result[] = [];
  let missing = members.length;
  function oneLess(): void {
    missing -= 1;
    if (missing > 0 && done.length > 0 && settled(done, missing)) enough.abort(settledWithout());
  }
  return await Promise.all(
    members.map(async (member): Promise<PanelResult<Member, Result>> => {
      const receipts: CallReceipt[] = [];
      const own = withSignal(context, signal, (receipt) => receipts.push(receipt));
      try {
        const result = await work(member, own);
        done.push(result);
        oneLess();
        return { state: 'done', member, receipts, result };
      } catch (thrown) {
        throwIfAborted(context.signal);
        if (enough.signal.aborted) return { state: 'cancelled', member, receipts };
        oneLess();
        return { state: 'failed', member, receipts, error: asConclaveError(thrown) };
      }
    }),
  );
}

/** Why a member's calls were aborted; their ledger rows keep it. */
function settledWithout(): ConclaveError {
  return new ConclaveError('cancelled', 'The panel was settled without this answer.');
}

/** A member that failed, and why. */
export type FailedMember = { readonly who: string; readonly error: string };

/**
 * Returns the results of the members that finished.
 * @throws ConclaveError naming every failure if none finished.
 */
export function requireResults<Result>(
  tool: string,
  results: readonly PanelResult<{ readonly name: string }, Result>[],
): Result[] {
  const finished = resultsOf(results);
  if (finished.length === 0) throw nobodyAnswered(tool, failuresIn(results));
  return finished;
}

/** The members that failed, by name. */
export function failuresIn(
  results: readonly PanelResult<{ readonly name: string }, unknown>[],
): FailedMember[] {
  return results.flatMap((one) =>
    one.state === 'failed' ? [{ who: one.member.name, error: errorLine(one.error) }] : [],
  );
}

export function errorLine({ code, message }: ConclaveError): string {
  return `${code}: ${message}`;
}

function nobodyAnswered(tool: string, failed: readonly FailedMember[]): ConclaveError {
  const lines = failed.map(({ who, error }) => `${who}: ${error}`);
  return new ConclaveError('provider_error', `${tool}: no model could answer. ${lines.join('; ')}`);
}

/** The results of the members that finished. */
export function resultsOf<Result>(results: readonly PanelResult<unknown, Result>[]): Result[] {
  return results.flatMap((one) => (one.state === 'done' ? [one.result] : []));
}

function withSignal(
  context: ToolContext,
  signal: AbortSignal,
  onSettled: (receipt: CallReceipt) => void,
): ToolContext {
  return {
    ...context,
    signal,
    ask: (question) =>
      context.ask({
        ...question,
        signal,
        onSettled(receipt) {
          onSettled(receipt);
          question.onSettled?.(receipt);
        },
      }),
  };
}
