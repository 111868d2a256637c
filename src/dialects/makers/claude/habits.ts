import type { ReasoningEffort } from '../../../core/wire/request.ts';
import type { Tokens } from '../../../core/units.ts';
import { claudeVersion } from './version.ts';

/** What one generation of Claude accepts and another rejects, at any provider. */
export type ClaudeHabits = {
  /** The output limit that every model of the generation supports, for models that the catalogue does not list. */
  readonly maxOutputTokens: Tokens;
  /** No model of the generation has a higher one. */
  readonly sharesOutputLimit: boolean;
  /** `budget`: `thinking.budget_tokens`. `adaptive`: the model decides, guided by an effort. */
  readonly thinking: 'budget' | 'either' | 'adaptive';
  /** How thinking is switched off: by leaving it out, by a `thinking.type` of this name, or not possible. */
  readonly thinkingOff: 'omit' | 'disabled' | 'between_tools' | 'never';
  readonly efforts: readonly ReasoningEffort[];
  /** Which of `temperature`, `top_p` and `top_k` it accepts; `one`: not `temperature` and `top_p` together. */
  readonly sampling: 'all' | 'one' | 'none';
  /** Accepts a `tool_choice` that forces a tool. */
  readonly forcedTools: boolean;
  /** Accepts `output_config.format` and strict tools. */
  readonly schema: boolean;
  /** Accepts a `system` message after a user message. */
  readonly systemTurns: boolean;
  /** Accepts an effort in such a message. */
  readonly turnEffort: boolean;
  /** Continues an assistant message that ends the conversation. */
  readonly prefill: boolean;
  /** Refuses its own reasoning if anything before it has changed. */
  readonly bindsThoughts: boolean;
  /** Caches the prompt up to a mark. */
  readonly cachesPrompts: boolean;
};

type Generation = {
  /** The first version that has these habits, by family. */
  readonly since: Readonly<Record<string, number>>;
  readonly habits: Partial<ClaudeHabits>;
};

/** A family that is not listed counts as `other`. Later rows win. */
const generations: readonly Generation[] = [
  { since: { other: 3 }, habits: { cachesPrompts: true, sharesOutputLimit: true } },
  { since: { other: 3.5 }, habits: { maxOutputTokens: 8_192 } },
  { since: { other: 3.7 }, habits: { maxOutputTokens: 32_000, sharesOutputLimit: false } },
  { since: { other: 4.5 }, habits: { maxOutputTokens: 64_000, sharesOutputLimit: true } },
  { since: { opus: 4.1, other: 4.5 }, habits: { sampling: 'one' } },
  { since: { other: 4.5 }, habits: { schema: true } },
  {
    since: { other: 4.6 },
    habits: {
      sharesOutputLimit: false,
      thinking: 'either',
      efforts: ['low', 'medium', 'high', 'max'],
      prefill: false,
    },
  },
  {
    since: { other: 4.7 },
    habits: {
      thinking: 'adaptive',
      efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
      sampling: 'none',
    },
  },
  // https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
  { since: { opus: 4.8, fable: 5, mythos: 5, other: 5.5 }, habits: { systemTurns: true } },
  // https://platform.claude.com/docs/en/build-with-claude/effort-per-message
  { since: { opus: 5, fable: 5.1, mythos: 5.1, other: 5.5 }, habits: { turnEffort: true } },
  { since: { fable: 0, mythos: 0, other: 5 }, habits: { thinkingOff: 'disabled' } },
  { since: { sonnet: 5.5, other: Infinity }, habits: { thinkingOff: 'between_tools' } },
  { since: { fable: 0, mythos: 0, opus: 5.5, other: Infinity }, habits: { thinkingOff: 'never' } },
  {
    since: { fable: 5.1, mythos: 5.1, opus: 5.5, sonnet: 5.5, other: Infinity },
    habits: { forcedTools: false },
  },
  // https://platform.claude.com/docs/en/build-with-claude/preserved-thinking
  {
    since: { fable: 0, mythos: 0, opus: 5.5, sonnet: 5.5, haiku: 5.5, other: Infinity },
    habits: { bindsThoughts: true },
  },
];

/** The first Claude, and other makers' models in Anthropic's wire format. */
const oldest: ClaudeHabits = {
  maxOutputTokens: 4_096,
  sharesOutputLimit: false,
  thinking: 'budget',
  thinkingOff: 'omit',
  efforts: [],
  sampling: 'all',
  forcedTools: true,
  schema: false,
  systemTurns: false,
  turnEffort: false,
  prefill: true,
  bindsThoughts: false,
  cachesPrompts: false,
};

const known = new Map<string, ClaudeHabits>();

/** Returns the habits of a model by the generation in its name; a Claude without a number counts as the newest. */
export function claudeHabits(model: string): ClaudeHabits {
  const remembered = known.get(model);
  if (remembered) return remembered;
  const habits = habitsOf(model.toLowerCase());
  // Clients choose names freely, so the cache is bounded.
  if (known.size < 1000) known.set(model, habits);
  return habits;
}

/** Whether a model refuses its own reasoning if anything before it has changed. */
export function bindsThoughts(model: string): boolean {
  return claudeHabits(model).bindsThoughts;
}

function habitsOf(model: string): ClaudeHabits {
  if (!model.includes('claude')) return { ...oldest, schema: true };
  const family = /opus|sonnet|haiku|fable|mythos/.exec(model)?.[0] ?? 'other';
  const version = claudeVersion(model);
  const habits = { ...oldest };
  for (const { since, habits: changes } of generations) {
    if (version >= (since[family] ?? since.other ?? Infinity)) Object.assign(habits, changes);
  }
  return habits;
}
