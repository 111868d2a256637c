import { z } from 'zod';
import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { placeOf } from '../../core/finding.ts';
import { addCosts } from '../../core/money/add-costs.ts';
import { nanoToJson, type NanoUsd } from '../../core/units.ts';
import { meterCalls, meterFooter, type CallMeter, type MeterReading } from '../offer/call-meter.ts';
import { gatherMaterial, type Gathered } from '../asking/gather-material.ts';
import { renderChanges } from '../../files/diff/render-diff.ts';
import { subjectFields, subjectRequest } from '../review/review-input.ts';
import { readSubject } from '../review/subject.ts';
import type { Tool, ToolContext, ToolResult } from '../offer/tool.ts';
import { checkClaims } from './check-claims.ts';
import { familiesRuledOut } from './families-ruled-out.ts';
import {
  availableFamilies,
  couldNotBe,
  familiesOf,
  refuseWithoutOthers,
  requiresVerification,
} from './verify-answer.ts';
import { shownVerification, verificationText } from './verification-answer.ts';

/**
 * Wraps a tool so that another family verifies its answer if the caller requests it (`verify: true`) or the key has the
 * tag `stakes:high`. With the tag, an answer that cannot be verified is an error, raised before the first call if
 * possible.
 */
export function withVerification(tool: Tool): Tool {
  if (!(tool.input instanceof z.ZodObject) || !('verify' in tool.input.shape)) return tool;
  return {
    ...tool,
    async run(input, context) {
      const wish = inputRead.parse(input);
      const required = requiresVerification(context.principal.tags);
      if (wish.verify !== true && !required) return tool.run(input, context);
      if (required) refuseWithoutOthers(context);
      const answered = await tool.run(input, context);
      const data = answerRead.parse(answered.data);
      if (data.status === 'next_step') return answered;
      const metered = meterCalls(context);
      try {
        return await verified(metered, wish, { answered, data, required });
      } catch (thrown) {
        throwIfAborted(context.signal);
        if (required) throw thrown;
        return unverified({ answered, data }, couldNotBe(thrown), metered.read());
      }
    },
  };
}

/** The part of a tool's input that matters here: where the code or the files are. */
const inputRead = z.looseObject({
  ...subjectFields,
  prompt: z.string().optional(),
  verify: z.boolean().optional(),
  images: z.array(z.string()).default([]),
  thinking: z.enum(['none', 'low', 'medium', 'high', 'max']).optional(),
  max_cost_usd: z.number().optional(),
  max_latency_ms: z.number().optional(),
});

const answerRead = z.looseObject({
  text: z.string(),
  request_id: z.string().optional(),
  status: z.string().optional(),
  model: z.string().optional(),
  models: z.array(z.string()).default([]),
  issues: z
    .array(
      z.looseObject({
        file: z.string(),
        startLine: z.int().optional(),
        endLine: z.int().optional(),
        title: z.string(),
        explanation: z.string().default(''),
      }),
    )
    .default([]),
  warnings: z.array(z.string()).default([]),
  cost_nano_usd: z.number().optional(),
  frontier_nano_usd: z.number().optional(),
});

type Wish = z.output<typeof inputRead>;
type Answered = z.output<typeof answerRead>;

async function verified(
  { context, read }: CallMeter,
  wish: Wish,
  {
    answered,
    data,
    required,
  }: { readonly answered: ToolResult<unknown>; readonly data: Answered; readonly required: boolean },
): Promise<ToolResult<unknown>> {
  const startedAt = context.now();
  const authors = [...new Set([...(data.model === undefined ? [] : [data.model]), ...data.models])];
  const gathered = await materialFor(wish, data, context);
  const [writer] = data.model === undefined ? [] : familiesOf([data.model], context);
  const ruledOut = familiesRuledOut(
    { writer, members: data.models.flatMap((model) => familiesOf([model], context)) },
    availableFamilies(context),
  );
  const verification = await checkClaims(context, {
    answeredBy: { requestId: data.request_id, cost: BigInt(data.cost_nano_usd ?? 0) },
    claims: data.issues.map((issue) => `${placeOf(issue)} ${issue.title}: ${issue.explanation}`),
    answer: data.text,
    material: gathered.material,
    images: gathered.images,
    nonce: gathered.nonce,
    otherFamilyThan: ruledOut.families,
    model: 'auto',
    tier: required ? 'frontier' : 'workhorse',
    ask: wish,
  });
  const reading = { ...read(), requestId: verification.requestId };
  return {
    text: [
      answered.text,
      verificationText(verification, authors),
      meterFooter(reading, context.now() - startedAt),
    ].join('\n\n'),
    data: {
      ...Object(answered.data),
      ...summed(data, reading),
      verification: shownVerification(
        { ...verification, warnings: [...verification.warnings, ...ruledOut.warnings] },
        authors,
        reading,
      ),
    },
  };
}

/** The code or the files that an answer is about. */
async function materialFor(wish: Wish, { issues }: Answered, context: ToolContext): Promise<Gathered> {
  const plain = await gatherMaterial(
    {
      question: '',
      files: issues.length > 0 ? [] : wish.files,
      images: wish.images,
      notes: [],
      model: 'auto',
    },
    context,
  );
  const hasCode = issues.length > 0 || wish.diff !== undefined || wish.range !== undefined;
  if (!hasCode) return plain;
  const subject = await readSubject(subjectRequest(wish), [], context);
  const diff = renderChanges(subject.changes);
  return {
    ...plain,
    material: [
      ...(diff === '' ? [] : [{ kind: 'diff', name: subject.description, text: diff } as const]),
      ...subject.files.map(({ path, text }) => ({ kind: 'file', name: path, text }) as const),
    ],
  };
}

/** The cost of the answer plus its verification; unknown if either is. */
function summed(data: Answered, { cost, frontierCost }: MeterReading) {
  return {
    cost_nano_usd: total(data.cost_nano_usd, cost),
    frontier_nano_usd: total(data.frontier_nano_usd, frontierCost),
  };
}

function total(answer: number | undefined, verification: NanoUsd | undefined): number | undefined {
  const sum = addCosts(answer === undefined ? undefined : BigInt(answer), verification);
  return sum === undefined ? undefined : nanoToJson(sum);
}

/** The answer alone, with a warning; its cost includes what the failed verification has cost. */
function unverified(
  { answered, data }: { readonly answered: ToolResult<unknown>; readonly data: Answered },
  warning: string,
  spent: MeterReading,
): ToolResult<unknown> {
  return {
    text: `${answered.text}\n\nWarning: ${warning}`,
    data: { ...Object(answered.data), ...summed(data, spent), warnings: [...data.warnings, warning] },
  };
}
