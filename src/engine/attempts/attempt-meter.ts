import type { AttemptRow } from '../../core/ledger.ts';
import { tokenPercent, type BillingTerm } from '../../core/billing-terms.ts';
import { costOf, unpricedParts, type BilledAs, type Price } from '../../core/price.ts';
import type { Candidate } from '../../core/provider.ts';
import type { DialectId, ThoughtField } from '../../core/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { BilledBeside, StreamPart } from '../../core/stream-part.ts';
import { type Ms, type NanoUsd, type Tokens, dollarText } from '../../core/units.ts';
import {
  addUsage,
  completionTokens,
  isCredible,
  noUsage,
  promptTokens,
  type Usage,
} from '../../core/usage.ts';
import { isCredibleCharge } from '../money/credible-charge.ts';
import { withoutDay, type FurtherModel } from '../money/further-models.ts';
import type { CallingTurn } from '../memory/turn-thoughts.ts';
import { keptAnswer, keptThoughts } from '../memory/origins.ts';

/** Watches one attempt from its first moment and turns it into its ledger entry. */
export type AttemptMeter = {
  readonly candidate: Candidate;
  /** Until the request is written, the deployment's first. */
  dialect: DialectId;
  readonly startedAt: Ms;
  firstByteMs: Ms | undefined;
  status: number | undefined;
  /** It ended before anything of its request went out. */
  unsent?: boolean;
  /** The answer's id at its provider. */
  replyId?: string | undefined;
  /** Ids of pieces of it that the provider keeps. */
  pieces?: readonly string[] | undefined;
  /** Proofs of the answer's thoughts, as far as they have arrived. */
  proofs(): string[];
  /** The calls of tools that it made, and what was thought before them; `undefined` of an answer without calls. */
  turn(): Pick<CallingTurn, 'calls' | 'thoughts'> | undefined;
  /** Who gave the answer: another model where the provider was let choose one. */
  answeredBy(): FurtherModel;
  /**
   * What the caller should know and the answer does not say: remarks of its provider's, and what of the usage is booked at the
   * ordinary rates although it has a price of its own.
   */
  warnings(): string[];
  see(parts: readonly StreamPart[]): void;
  close(outcome: AttemptRow['outcome'], endedAt: Ms, error?: ConclaveError): AttemptRow;
};

const charactersPerToken = 4;

/**
 * What a provider counts is booked, whatever the attempt's end. Without a usage, what was seen is estimated: before any
 * content a failure then costs nothing, unless it was we who stopped waiting, for the provider works on, and bills at
 * least the prompt.
 */
export function attemptMeter(
  candidate: Candidate,
  {
    startedAt,
    inputEstimate,
    modelOf = (name) => ({
      id: `${candidate.model.provider}/${name}`,
      provider: candidate.model.provider,
      name,
    }),
    isOpen = false,
    keepsAnswer = false,
    closed,
    told = (text) => text,
  }: {
    readonly startedAt: Ms;
    readonly inputEstimate: Tokens;
    /** The call asked its provider to keep the answer. */
    readonly keepsAnswer?: boolean;
    /** Another model of the same provider, that did a part of the work. Default: one of unknown price. */
    readonly modelOf?: (name: string) => FurtherModel;
    /** The request lets the provider choose others: an answer that names another model is that one's. */
    readonly isOpen?: boolean;
    /** What of an error's words may stand in the entry. Default: all. */
    readonly told?: (text: string) => string;
    /** Told of the entry, once, whichever way the attempt ended. */
    readonly closed?: (row: AttemptRow, error: ConclaveError | undefined) => void;
  },
): AttemptMeter {
  const { model } = candidate;
  let answering: FurtherModel = model;
  const remarks: string[] = [];
  let usage: Usage | undefined;
  let beside: readonly BilledBeside[] = [];
  let terms: readonly BillingTerm[] = [];
  let audioInput: Tokens = 0;
  let charged: NanoUsd | undefined;
  /** Its provider has brought it to an end, good or bad: no other usage will come. */
  let counted = false;
  let answered = 0;
  let thought = 0;
  /** By block; a signature may come in pieces. */
  const signatures = new Map<number, string>();
  const redacted = new Map<number, string>();
  const texts = new Map<number, string>();
  let field: ThoughtField | undefined;
  const calls = new Map<number, { readonly id: string; readonly name: string; arguments: string }>();

  function seen(mayHaveCost: boolean): { usage: Usage; estimated: boolean } {
    // Words are work, even of an answer that could not be given.
    const mayBeBilled = mayHaveCost || answered + thought > 0;
    // A failure that counts no token is no answer, and owes no fee for the request either.
    const told = usage && (mayBeBilled || countsTokens(usage) || charged) ? usage : undefined;
    if (told && counted) return { usage: told, estimated: false };
    if (!told && !mayBeBilled) return { usage: noUsage, estimated: false };
    // A usage that arrived before the end counts the prompt; what was written since then is ours to estimate.
    const output = Math.max(told?.output ?? 0, Math.ceil(answered / charactersPerToken));
    const reasoning = Math.max(told?.reasoning ?? 0, Math.ceil(thought / charactersPerToken));
    return {
      usage: { ...(told ?? { ...noUsage, input: inputEstimate }), output, reasoning },
      estimated: true,
    };
  }

  /** `undefined` as soon as one of the rates is unknown. */
  function costOfAll(answer: Usage, price: Price | undefined): NanoUsd | undefined {
    // Who never answered is owed nothing, no fee for the request either.
    let total = answer === noUsage ? 0n : price && costOf(answer, price, startedAt, billedAs());
    for (const pass of beside) {
      const other = pass.model === undefined ? model : modelOf(pass.model);
      if (total === undefined || !other.price) return undefined;
      total += costOf(pass.usage, other.price, startedAt, tokenPercent(terms, other));
    }
    return total;
  }

  /**
   * A seller's own word on what it charged goes before our arithmetic, where it can be true; where the answer broke off, the
   * dearer of the two.
   */
  function bill(answer: Usage, estimated: boolean): NanoUsd | undefined {
    const cost = costOfAll(answer, answering.price);
    if (charged === undefined || answer === noUsage || !isCredibleCharge(charged, cost)) return cost;
    return estimated && cost !== undefined && cost > charged ? cost : charged;
  }

  function incredible(answer: Usage): string[] {
    const cost = costOfAll(answer, answering.price);
    if (charged === undefined || isCredibleCharge(charged, cost)) return [];
    const booked = cost === undefined ? 'its cost is booked as unknown' : `${dollarText(cost)} is booked`;
    return [
      `${answering.provider} says that it charged ${dollarText(charged)}, which cannot be the price of this answer: ${booked}`,
    ];
  }

  function billedAs(): BilledAs {
    return { percent: tokenPercent(terms, answering).percent, audioInput };
  }

  function unpriced(): string[] {
    if (usage && charged !== undefined) return incredible(usage);
    if (!usage || !answering.price || model.local) return [];
    const names = [
      ...tokenPercent(terms, answering).unknown,
      ...unpricedParts(usage, answering.price, startedAt, audioInput),
    ];
    return names.map(
      (name) =>
        `${name}: no price of ${answering.id} for it is known, so its cost is an estimate at the ordinary rates`,
    );
  }

  function isGivenBy(name: string | undefined): void {
    if (name === undefined) return;
    const named = modelOf(name);
    // The name with the day of its release is its own.
    const isDated = named.name !== model.name && withoutDay(named.name) === model.name;
    answering = isDated ? model : named;
  }

  function thoughtOf(block: number, origin: DialectId): CallingTurn['thoughts'][number] {
    const signature = signatures.get(block);
    const data = redacted.get(block);
    return {
      type: 'reasoning',
      text: texts.get(block) ?? '',
      ...(signature !== undefined && { signature }),
      ...(data !== undefined && { redacted: data }),
      ...(field && { field }),
      origin,
    };
  }

  return {
    candidate,
    answeredBy: () => answering,
    warnings: () => [...remarks, ...unpriced()],
    dialect: candidate.deployment.endpoints[0]?.dialect ?? 'openai-chat',
    startedAt,
    firstByteMs: undefined,
    status: undefined,
    replyId: undefined,
    pieces: undefined,
    proofs: () => [...signatures.values(), ...redacted.values()],
    turn() {
      if (calls.size === 0) return undefined;
      const blocks = new Set([...texts.keys(), ...signatures.keys(), ...redacted.keys()]);
      const thoughts = [...blocks].toSorted((a, b) => a - b).map((block) => thoughtOf(block, this.dialect));
      return { calls: [...calls.values()], thoughts };
    },
    see(parts) {
      for (const part of parts) {
        if (part.type === 'start') {
          this.replyId = part.id ?? this.replyId;
          if (isOpen) isGivenBy(part.model);
        } else if (part.type === 'usage') {
          if (!isCredible(part.usage)) continue;
          usage = part.usage;
          isGivenBy(part.model);
          beside = part.beside ?? [];
          terms = part.terms ?? [];
          audioInput = part.audioInput ?? 0;
          charged = part.chargedNanoUsd === undefined ? undefined : BigInt(part.chargedNanoUsd);
        } else if (part.type === 'finish' || (part.type === 'error' && part.counted)) counted = true;
        else if (part.type === 'reasoning-delta') {
          thought += part.text.length;
          texts.set(part.index, (texts.get(part.index) ?? '') + part.text);
          field ??= part.field;
        } else if (part.type === 'tool-call-start')
          calls.set(part.index, { id: part.id, name: part.name, arguments: '' });
        else if (part.type === 'tool-call-delta') {
          answered += part.text.length;
          const call = calls.get(part.index);
          if (call) call.arguments += part.text;
        } else if (part.type === 'text-delta' || part.type === 'refusal-delta') {
          answered += part.text.length;
        } else if (part.type === 'reasoning-signature') {
          signatures.set(part.index, (signatures.get(part.index) ?? '') + part.signature);
        } else if (part.type === 'reasoning-redacted') redacted.set(part.index, part.data);
        else if (part.type === 'kept') this.pieces = [...(this.pieces ?? []), ...part.ids];
        else if (part.type === 'warning') remarks.push(part.message);
      }
    },
    close(outcome, endedAt, error) {
      const { deployment } = candidate;
      const { usage: answer, estimated } = seen(mayBeBilled(this, outcome, error));
      const usage = beside.reduce((sum, pass) => addUsage(sum, pass.usage), answer);
      const cost = bill(answer, estimated);
      const kept = keptAnswer({ ...this, keepsAnswer }, deployment);
      const thoughts =
        signatures.size + redacted.size === 0 ? undefined : keptThoughts(this.proofs(), candidate);
      const row: AttemptRow = {
        model: model.id,
        provider: model.provider,
        deployment: deployment.id,
        dialect: this.dialect,
        startedAt,
        ...(this.firstByteMs !== undefined && { firstByteMs: this.firstByteMs }),
        durationMs: endedAt - startedAt,
        ...(this.status !== undefined && { status: this.status }),
        outcome,
        ...(error && { errorCode: error.code, message: told(error.toOperator) }),
        usage,
        estimated: estimated || unpriced().length > 0,
        ...(deployment.payer === 'caller'
          ? { cost: 0n, ...(cost !== undefined && { callerCost: cost }) }
          : cost !== undefined && { cost }),
        ...(kept && { kept }),
        ...(thoughts && { thoughts }),
        simulated: deployment.simulated,
      };
      closed?.(row, error);
      return row;
    },
  };
}

function countsTokens(usage: Usage): boolean {
  return promptTokens(usage) + completionTokens(usage) > 0;
}

function mayBeBilled(
  { unsent = false }: Pick<AttemptMeter, 'unsent'>,
  outcome: AttemptRow['outcome'],
  error: ConclaveError | undefined,
): boolean {
  if (unsent) return false;
  return outcome !== 'failed' || error?.details.gaveUp === true;
}
