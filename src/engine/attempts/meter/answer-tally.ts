import type { BillingTerm } from '../../../core/money/billing-terms.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import type { Model } from '../../../core/model.ts';
import type { BilledBeside, StreamPart } from '../../../core/wire/stream-part.ts';
import type { NanoUsd, Tokens } from '../../../core/units.ts';
import { isCredible, type Usage } from '../../../core/money/usage.ts';
import { withoutDay, type FurtherModel } from '../../money/further-models.ts';

/** What an answer has reported about itself so far, besides its content. */
export type AnswerTally = {
  /** Its id at its provider. */
  replyId: string | undefined;
  /** Ids of parts of it that the provider stores. */
  pieces: readonly string[];
  /** Warnings from its provider, and what of the answer its client cannot read. */
  readonly remarks: string[];
  /** The model that gives the answer: another one if the provider was allowed to choose. */
  answering: FurtherModel;
  usage: Usage | undefined;
  /** A later usage was implausible: `usage`, if there is one, counts only the beginning of the answer. */
  miscounted: boolean;
  beside: readonly BilledBeside[];
  /** The terms under which its usage was counted. */
  terms: readonly BillingTerm[];
  /** The terms that it announced at its beginning; empty: the ordinary ones. */
  announced: readonly BillingTerm[] | undefined;
  /** What the provider's own tools have done so far; a usage includes it. */
  webSearches: number;
  tools: readonly BillingTerm[];
  /** Tokens that results of these tools have added to the prompt since the latest usage, by estimate. */
  promptGrowth: Tokens;
  audioInput: Tokens;
  audioOutput: Tokens;
  /** What its provider reports that it charged. */
  charged: NanoUsd | undefined;
  /** The provider has ended the answer, well or badly: no further usage will come. */
  counted: boolean;
  /** It broke off: its provider may have written more than arrived, and bills at least the prompt. */
  cutOff: boolean;
  /** Bytes of the answer, and of its reasoning. */
  answered: number;
  thought: number;
  see(part: StreamPart): void;
};

type Naming = {
  /** Looks up another model of the same provider that did part of the work. */
  readonly modelOf: (name: string) => FurtherModel;
  /** The request lets the provider choose other models: an answer that names another model is from that model. */
  readonly mayNameOthers: boolean;
};

/** The client's dialect; absent for requests made inside Conclave. */
export type ForClient = { readonly client?: DialectId | undefined };

/** Creates the tally of an answer of `model` before anything of it has arrived. */
export function answerTally(
  model: Model,
  { modelOf, mayNameOthers, client }: Naming & ForClient,
): AnswerTally {
  function givenBy(name: string | undefined): FurtherModel {
    if (name === undefined) return tally.answering;
    const named = modelOf(name);
    // The name with a release date is the same model.
    const isDated = named.name !== model.name && withoutDay(named.name) === model.name;
    return isDated ? model : named;
  }

  const tally: AnswerTally = {
    replyId: undefined,
    pieces: [],
    remarks: [],
    answering: model,
    usage: undefined,
    miscounted: false,
    beside: [],
    terms: [],
    announced: undefined,
    webSearches: 0,
    tools: [],
    promptGrowth: 0,
    audioInput: 0,
    audioOutput: 0,
    charged: undefined,
    counted: false,
    cutOff: false,
    answered: 0,
    thought: 0,
    see(part) {
      switch (part.type) {
        case 'text-delta':
        case 'refusal-delta':
        case 'tool-call-delta':
          tally.answered += Buffer.byteLength(part.text);
          break;
        case 'reasoning-delta':
          tally.thought += Buffer.byteLength(part.text);
          break;
        case 'start':
          tally.replyId = part.id ?? tally.replyId;
          tally.announced = part.terms ?? tally.announced;
          if (mayNameOthers) tally.answering = givenBy(part.model);
          break;
        case 'usage':
          tally.miscounted = !isCredible(part.usage);
          if (tally.miscounted) break;
          tally.usage = part.usage;
          tally.promptGrowth = 0;
          tally.answering = givenBy(part.model);
          tally.beside = part.beside ?? [];
          tally.terms = part.terms ?? [];
          tally.audioInput = part.audioInput ?? 0;
          tally.audioOutput = part.audioOutput ?? 0;
          tally.charged = part.chargedNanoUsd === undefined ? undefined : BigInt(part.chargedNanoUsd);
          break;
        case 'billed-apart':
          tally.webSearches = part.webSearches;
          tally.tools = part.terms;
          break;
        case 'prompt-grown':
          tally.promptGrowth += part.tokens;
          break;
        case 'finish':
          tally.counted = true;
          break;
        case 'error':
          tally.counted ||= part.counted === true;
          tally.cutOff ||= part.error.code === 'stream_truncated';
          break;
        case 'kept':
          tally.pieces = [...tally.pieces, ...part.ids];
          break;
        case 'opaque':
          if (part.missed !== undefined && client !== undefined && client !== part.dialect) {
            const message = `The answer's ${part.missed} was left out: only ${part.dialect} can express it.`;
            if (!tally.remarks.includes(message)) tally.remarks.push(message);
          }
          break;
        case 'warning':
          tally.remarks.push(part.message);
      }
    },
  };
  return tally;
}
