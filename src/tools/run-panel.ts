import { asConclaveError, type ConclaveError } from '../core/errors.ts';
import type { ToolContext } from './tool.ts';

/** What became of one member's work. */
export type PanelResult<Member, Result> =
  | { readonly state: 'done'; readonly member: Member; readonly result: Result }
  | { readonly state: 'failed'; readonly member: Member; readonly error: ConclaveError }
  /** Not needed any more: what it would have said could not change the outcome. */
  | { readonly state: 'cancelled'; readonly member: Member };

export type PanelWork<Member, Result> = {
  readonly members: readonly Member[];
  readonly work: (member: Member, context: ToolContext) => Promise<Result>;
  /** True where the missing answers cannot change what comes out. */
  readonly settled?: (results: readonly Result[], missing: number) => boolean;
};

/**
 * Has all members work at the same time, none knowing of the others. One that fails does not end the rest; when the
 * outcome is settled, whoever still works is cancelled.
 */
export async function runPanel<Member, Result>(
  context: ToolContext,
  { members, work, settled = () => false }: PanelWork<Member, Result>,
): Promise<PanelResult<Member, Result>[]> {
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  const shared: ToolContext = { ...context, signal, ask: (question) => context.ask({ ...question, signal }) };
  const done: Result[] = [];
  let missing = members.length;
  return await Promise.all(
    members.map(async (member): Promise<PanelResult<Member, Result>> => {
      try {
        const result = await work(member, shared);
        missing -= 1;
        done.push(result);
        if (missing > 0 && settled(done, missing)) enough.abort();
        return { state: 'done', member, result };
      } catch (thrown) {
        context.signal.throwIfAborted();
        if (enough.signal.aborted) return { state: 'cancelled', member };
        missing -= 1;
        return { state: 'failed', member, error: asConclaveError(thrown) };
      }
    }),
  );
}
