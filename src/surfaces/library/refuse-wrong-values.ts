import { z } from 'zod';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { ReasoningEffort, ToolDefinition } from '../../core/wire/request.ts';
import { costCeiling } from '../../core/money/dollar-limits.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { abortSignal, readValues } from './read-values.ts';

/** Records, so that the compiler reports a missing value when the type gains one. */
const kindsOfParts: Record<ContentPart['type'], true> = {
  text: true,
  image: true,
  document: true,
  audio: true,
  reasoning: true,
  'tool-call': true,
  'tool-result': true,
  refusal: true,
  opaque: true,
};
const roles: Record<Message['role'], true> = { system: true, user: true, assistant: true };

/** Other APIs have roles for what are parts here. */
const resultRoles = new Set<unknown>(['tool', 'function']);
const whereResultsGo =
  '; a tool\'s result is a part { type: "tool-result", callId: "…", content: […] } of a user message';

const efforts: Record<ReasoningEffort, true> = {
  none: true,
  minimal: true,
  low: true,
  medium: true,
  high: true,
  xhigh: true,
  max: true,
};
const membersOfTool: Record<keyof ToolDefinition, true> = {
  name: true,
  description: true,
  inputSchema: true,
  strict: true,
  cache: true,
  declared: true,
};

const part = z.looseObject({ type: oneOf(kindsOfParts) });
const schema = z.record(z.string(), z.unknown());

/** The names of the members come first: a tool in another API's shape lacks ours as well. */
const tool = z
  .record(z.string(), z.unknown())
  .refine((given) => foreignIn(given).length === 0, {
    error: ({ input }) =>
      `a tool has no "${foreignIn(input ?? {}).join('", "')}"; write { name, description, inputSchema }`,
  })
  .pipe(
    z.looseObject({
      name: z.string().min(1),
      description: z.string().optional(),
      inputSchema: schema,
      strict: z.boolean().optional(),
    }),
  );

const output = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('json') }),
    z.strictObject({
      type: z.literal('json-schema'),
      name: z.string().optional(),
      description: z.string().optional(),
      schema,
      strict: z.boolean().optional(),
    }),
  ],
  { error: 'write { type: "json" } or { type: "json-schema", schema: {…} }' },
);

const toolChoice = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.enum(['auto', 'none', 'required']) }),
    z.strictObject({ type: z.literal('tool'), name: z.string() }),
  ],
  { error: 'write { type: "auto" | "none" | "required" } or { type: "tool", name: "…" }' },
);

const reasoning = z.strictObject({
  effort: oneOf(efforts).optional(),
  budgetTokens: z.number().int().nonnegative().optional(),
  visible: z.boolean().optional(),
});

const values = z.looseObject({
  prompt: z.string().regex(/\S/, 'is empty').optional(),
  system: z.string().optional(),
  model: z.string().optional(),
  messages: z
    .array(
      z.looseObject({
        role: oneOf(roles, (given) => (resultRoles.has(given) ? whereResultsGo : '')),
        content: z.union([z.string(), z.array(part)]),
      }),
    )
    .min(1)
    .optional(),
  tags: z.array(z.string()).optional(),
  limits: z
    .looseObject({ maxCostUsd: costCeiling, maxLatencyMs: z.number().positive() })
    .partial()
    .optional(),
  temperature: z.number().optional(),
  topP: z.number().optional(),
  topK: z.number().int().positive().optional(),
  seed: z.number().int().optional(),
  frequencyPenalty: z.number().optional(),
  presencePenalty: z.number().optional(),
  maxOutputTokens: z.number().int().positive().optional(),
  stop: z.array(z.string()).optional(),
  tools: z.array(tool).optional(),
  toolChoice: toolChoice.optional(),
  parallelTools: z.boolean().optional(),
  output: output.optional(),
  reasoning: reasoning.optional(),
  verify: z.boolean().optional(),
  signal: abortSignal.optional(),
});

/** The members that say what to ask, of which a question has either the first or one of the others. */
const question = values.superRefine(({ messages, prompt, system }, { addIssue }) => {
  if (messages === undefined) return;
  const also = prompt === undefined ? system !== undefined && 'system' : 'prompt';
  if (also) addIssue({ code: 'custom', path: [also], message: 'not together with messages; add it to them' });
});

/**
 * Rejects invalid values of a plain question from untyped programs: a content part of another API must not be ignored.
 * @throws ConclaveError `invalid_request` naming the place.
 */
export function refuseWrongValues(request: object): void {
  readValues(question, request);
}

/** `hint` follows the known words in the error. */
function oneOf(words: Readonly<Record<string, true>>, hint = (_given: string): string => '') {
  const known = Object.keys(words);
  return z.enum(known, {
    error: ({ input }) =>
      typeof input === 'string'
        ? `there is no "${input}"; ${didYouMean(input, known)}${hint(input)}`
        : `there is no ${typeof input}; known: ${known.join(', ')}`,
  });
}

function foreignIn(tool: object): string[] {
  return Object.keys(tool).filter((name) => !Object.hasOwn(membersOfTool, name));
}
