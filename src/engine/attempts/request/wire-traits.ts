import type { DialectId } from '../../../core/wire/content.ts';
import type { Restored } from '../../memory/thoughts/restored-in.ts';

/** What the reply to a request, its retry and its row depend on. */
export type WireTraits = {
  readonly dialect: DialectId;
  /** The provider is asked for a whole answer although the client streams. */
  readonly asksWhole: boolean;
  /** The provider is asked for the usage of its stream. */
  readonly asksUsage: boolean;
  /** Clients of the dialect name an answer by the provider's id of it. */
  readonly namesAnswers: boolean;
  /** The model gets back readable thoughts without a proof, if there are any. */
  readonly takesOpenThoughts: boolean;
  /** The reasoning in it that the client did not send back. */
  readonly restored: Restored;
};

/** The traits of an attempt until its request is written. */
export function unwritten(dialect: DialectId): WireTraits {
  return {
    dialect,
    asksWhole: false,
    asksUsage: false,
    namesAnswers: false,
    takesOpenThoughts: false,
    restored: 'nothing',
  };
}
