import type { Price } from './money/price.ts';
import type { TaskType, Tier } from './task.ts';
import type { Tokens, Usd } from './units.ts';

/** What a model can take and do. A filter excludes only on a `false`; an absent capability is unknown. */
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

/** One model as one provider sells it. */
export type Model = {
  /** `provider/name`; only the first `/` splits. */
  readonly id: string;
  readonly provider: string;
  /** The name that goes over the wire, and everything after the id's first `/`. */
  readonly name: string;
  /** Who trained it, whoever sells it: `claude`, `gpt`, `gemini`, `deepseek`, `llama` … Independence is judged by this. */
  readonly family: string;
  readonly tier?: Tier;
  readonly contextWindow?: Tokens;
  readonly maxOutputTokens?: Tokens;
  /** How many weights it has, where its server tells. */
  readonly parameters?: number;
  /** Its window is the prompt's alone. Absent: the answer has to fit into it too, as at most makers. */
  readonly answerApart?: true;
  readonly capabilities: Readonly<Partial<Record<Capability, boolean>>>;
  /** Absent: unknown, which is never the same as free. */
  readonly price?: Price;
  readonly batchPrice?: Price;
  readonly strengths: readonly TaskNote[];
  readonly weaknesses: readonly TaskNote[];
  /** Runs on the user's own machine: private, without a bill. */
  readonly local: boolean;
  /** Still answers, but its maker has named a successor. */
  readonly retired?: { readonly successor: string };
  readonly quotas?: { readonly rpm?: number; readonly tpm?: number };
};

/** One remark on how a family does at a task, and where that remark comes from. */
export type TaskNote = { readonly task: TaskType; readonly note: string; readonly source: string };

/** The short form that library users may give: one price for both directions. */
export type ModelConfig = {
  readonly id: string;
  readonly maxContext: Tokens;
  /** USD per million tokens, prompt and answer alike. */
  readonly costPerMToken: Usd;
};
