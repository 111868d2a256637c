import type { BillingTerm } from '../../core/money/billing-terms.ts';
import type { Model } from '../../core/model.ts';
import type { BilledBeside, StreamPart } from '../../core/wire/stream-part.ts';
import type { NanoUsd, Tokens } from '../../core/units.ts';
import { isCredible, type Usage } from '../../core/money/usage.ts';
import { withoutDay, type FurtherModel } from '../money/further-models.ts';

/** What an answer has said of itself so far, beside its content. */
export type AnswerTally = {
  /** Its id at its provider. */
  replyId: string | undefined;
  /** Ids of pieces of it that the provider keeps. */
  pieces: readonly string[];
  /** Remarks of its provider's. */
  readonly remarks: string[];
  /** Who gives it: another model where the provider was let choose one. */
  answering: FurtherModel;
  usage: Usage | undefined;
  beside: readonly BilledBeside[];
  terms: readonly BillingTerm[];
  audioInput: Tokens;
  audioOutput: Tokens;
  /** What its seller says that it charged. */
  charged: NanoUsd | undefined;
  /** Its provider has brought it to an end, good or bad: no other usage will come. */
  counted: boolean;
  /** Characters of what was answered, and of what was thought. */
  answered: number;
  thought: number;
  see(part: StreamPart): void;
};

type Naming = {
  /** Another model of the same provider, that did a part of the work. */
  readonly modelOf: (name: string) => FurtherModel;
  /** The request lets the provider choose others: an answer that names another model is that one's. */
  readonly isOpen: boolean;
};

/** Of an answer of `model`, of which nothing has come yet. */
export function answerTally(model: Model, { modelOf, isOpen }: Naming): AnswerTally {
  function givenBy(name: string | undefined): FurtherModel {
    if (name === undefined) return tally.answering;
    const named = modelOf(name);
    // The name with the day of its release is its own.
    const isDated = named.name !== model.name && withoutDay(named.name) === model.name;
    return isDated ? model : named;
  }

  const tally: AnswerTally = {
    replyId: undefined,
    pieces: [],
    remarks: [],
    answering: model,
    usage: undefined,
    beside: [],
    terms: [],
    audioInput: 0,
    audioOutput: 0,
    charged: undefined,
    counted: false,
    answered: 0,
    thought: 0,
    see(part) {
      switch (part.type) {
        case 'text-delta':
        case 'refusal-delta':
        case 'tool-call-delta':
          tally.answered += part.text.length;
          break;
        case 'reasoning-delta':
          tally.thought += part.text.length;
          break;
        case 'start':
          tally.replyId = part.id ?? tally.replyId;
          if (isOpen) tally.answering = givenBy(part.model);
          break;
        case 'usage':
          if (!isCredible(part.usage)) break;
          tally.usage = part.usage;
          tally.answering = givenBy(part.model);
          tally.beside = part.beside ?? [];
          tally.terms = part.terms ?? [];
          tally.audioInput = part.audioInput ?? 0;
          tally.audioOutput = part.audioOutput ?? 0;
          tally.charged = part.chargedNanoUsd === undefined ? undefined : BigInt(part.chargedNanoUsd);
          break;
        case 'finish':
          tally.counted = true;
          break;
        case 'error':
          tally.counted ||= part.counted === true;
          break;
        case 'kept':
          tally.pieces = [...tally.pieces, ...part.ids];
          break;
        case 'warning':
          tally.remarks.push(part.message);
      }
    },
  };
  return tally;
}
