import type { ModelRateFactors } from './money/billing-terms.ts';
import type { Price } from './money/price.ts';
import type { TaskType, Tier } from './task.ts';
import type { Tokens, Usd } from './units.ts';

/** What a model can accept and do. A filter excludes only on `false`; an absent capability is unknown. */
export const capabilities = [
  'tools',
  'parallel-tools',
  'vision',
  'documents',
  'audio',
  'json-schema',
  'reasoning',
  'web-search',
  'embeddings',
] as const;

export type Capability = (typeof capabilities)[number];

/** One model as one provider offers it. */
export type Model = {
  /** `provider/name`; only the first `/` splits. */
  readonly id: string;
  readonly provider: string;
  /** The name sent to the provider: everything after the id's first `/`. */
  readonly name: string;
  /** A name that shows its maker and generation, from the config. Absent: its own name does, or nothing is known. */
  readonly knownAs?: string;
  /**
   * The model family, whichever provider serves it: `claude`, `gpt`, `gemini`, `deepseek`, `llama` … Independence of
   * models is judged by this.
   */
  readonly family: string;
  readonly tier?: Tier;
  readonly contextWindow?: Tokens;
  readonly maxOutputTokens?: Tokens;
  /** The most that it counts for an image. Absent: no more than most models. */
  readonly imageTokens?: Tokens;
  /** Its number of weights, if its server reports it. */
  readonly parameters?: number;
  /** Its context window is for the prompt only. Absent: the answer must fit into it too, as with most makers. */
  readonly answerApart?: true;
  readonly capabilities: Readonly<Partial<Record<Capability, boolean>>>;
  /** Its signed reasoning is valid at every provider of its family. Absent: only for the account that it came from. */
  readonly portableThoughts?: true;
  /** Audio is not billed like text: without rates for audio, what it costs is unknown. */
  readonly audioApart?: true;
  /** Absent: unknown, which is never the same as free. */
  readonly price?: Price;
  /** The price is from the configuration. */
  readonly hasConfiguredPrice?: true;
  readonly batchPrice?: Price;
  /** How its provider's billing terms change the price. */
  readonly rateFactors?: ModelRateFactors['rateFactors'];
  readonly strengths: readonly TaskNote[];
  readonly weaknesses: readonly TaskNote[];
  /** Runs on the user's own machine: private and free. */
  readonly local: boolean;
  /** Still available, but its maker has named a successor. */
  readonly retired?: { readonly successor: string };
  readonly quotas?: { readonly rpm?: number; readonly tpm?: number };
};

/** One note on how a family performs at a task, with its source. */
export type TaskNote = { readonly task: TaskType; readonly note: string; readonly source: string };

/**
 * The short form for library users: one price for both directions. Tier, two prices and capabilities are set under
 * `models` of the configuration.
 */
export type ModelConfig = {
  readonly id: string;
  readonly maxContext: Tokens;
  /** USD per million tokens, prompt and answer alike. */
  readonly costPerMToken: Usd;
};
