import type { ReasoningEffort } from '../../../core/wire/request.ts';
import type { Tokens } from '../../../core/units.ts';

/** What one generation of Claude takes and another refuses, whoever sells it. */
export type ClaudeHabits = {
  /** What every model of the generation can write, where the catalogue does not know the model. */
  readonly maxOutputTokens: Tokens;
  /** `budget`: `thinking.budget_tokens`. `adaptive`: the model decides, an effort steers it. */
  readonly thinking: 'budget' | 'either' | 'adaptive';
  /** How thinking is turned off: by not asking for it, by a word of its own, or not at all. */
  readonly thinkingOff: 'omit' | 'disabled' | 'between_tools' | 'never';
  readonly efforts: readonly ReasoningEffort[];
  /** Which of `temperature`, `top_p` and `top_k` it takes; `one`: not `temperature` and `top_p` at once. */
  readonly sampling: 'all' | 'one' | 'none';
  /** Takes a `tool_choice` that forces a tool. */
  readonly forcedTools: boolean;
  /** Takes `output_config.format` and strict tools. */
  readonly schema: boolean;
  /** Takes a `system` message after a user's. */
  readonly systemTurns: boolean;
  /** Continues an assistant message that ends the conversation. */
  readonly prefill: boolean;
};

type Generation = {
  /** The first version that has these habits, by family. */
  readonly since: Readonly<Record<string, number>>;
  readonly habits: Partial<ClaudeHabits>;
};

/** A family that is not listed counts as `other`. Later rows win. */
const generations: readonly Generation[] = [
  { since: { other: 3.5 }, habits: { maxOutputTokens: 8_192 } },
  { since: { other: 3.7 }, habits: { maxOutputTokens: 32_000 } },
  { since: { other: 4.5 }, habits: { maxOutputTokens: 64_000 } },
  { since: { opus: 4.1, other: 4.5 }, habits: { sampling: 'one' } },
  { since: { other: 4.5 }, habits: { schema: true } },
  {
    since: { other: 4.6 },
    habits: { thinking: 'either', efforts: ['low', 'medium', 'high', 'max'], prefill: false },
  },
  {
    since: { other: 4.7 },
    habits: {
      thinking: 'adaptive',
      efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
      sampling: 'none',
    },
  },
  { since: { opus: 4.8, fable: 5.1, mythos: 5.1, other: 5.5 }, habits: { systemTurns: true } },
  { since: { fable: 0, mythos: 0, other: 5 }, habits: { thinkingOff: 'disabled' } },
  { since: { sonnet: 5.5, other: Infinity }, habits: { thinkingOff: 'between_tools' } },
  { since: { fable: 0, mythos: 0, opus: 5.5, other: Infinity }, habits: { thinkingOff: 'never' } },
  {
    since: { fable: 5.1, mythos: 5.1, opus: 5.5, sonnet: 5.5, other: Infinity },
    habits: { forcedTools: false },
  },
];

/** The first Claude, and other makers' models behind Anthropic's wire format. */
const oldest: ClaudeHabits = {
  maxOutputTokens: 4_096,
  thinking: 'budget',
  thinkingOff: 'omit',
  efforts: [],
  sampling: 'all',
  forcedTools: true,
  schema: false,
  systemTurns: false,
  prefill: true,
};

const known = new Map<string, ClaudeHabits>();

/** The habits of a model by the generation in its name; a Claude without a number counts as the newest. */
export function claudeHabits(model: string): ClaudeHabits {
  const remembered = known.get(model);
  if (remembered) return remembered;
  const habits = habitsOf(model.toLowerCase());
  // Clients choose names freely, so what is remembered is bounded.
  if (known.size < 1000) known.set(model, habits);
  return habits;
}

function habitsOf(model: string): ClaudeHabits {
  if (!model.includes('claude')) return { ...oldest, schema: true };
  const family = /opus|sonnet|haiku|fable|mythos/.exec(model)?.[0] ?? 'other';
  const version = versionOf(model);
  const habits = { ...oldest };
  for (const { since, habits: changes } of generations) {
    if (version >= (since[family] ?? since.other ?? Infinity)) Object.assign(habits, changes);
  }
  return habits;
}

/** `claude-opus-4-6-v1:0` is 4.6, `claude-sonnet-4-20250514` is 4, `claude-3-7-sonnet` is 3.7. */
function versionOf(model: string): number {
  const found = /claude-(?:[a-z]+-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(model);
  if (!found) return 99;
  return Number(`${found[1]}.${found[2] ?? 0}`);
}
