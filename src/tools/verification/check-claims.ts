import type { ContentPart } from '../../core/wire/content.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { Tier } from '../../core/task.ts';
import checkPrompt from '../../prompts/tools/check-claims.ts';
import extractPrompt from '../../prompts/tools/extract-claims.ts';
import type { Material } from '../../prompts/untrusted.ts';
import type { NanoUsd } from '../../core/units.ts';
import { expertCall, type ExpertQuestion } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { ceilingLeft } from '../asking/ceiling-left.ts';
import { closed, replyOf, text, texts } from '../consensus/json-schema.ts';
import { findJson } from '../answer-json/find-json.ts';
import type { CallCeiling } from '../../core/routing/request/shared-ceiling.ts';
import { ceilingPerCall, reserveOnce } from '../panels/reserve-once.ts';
import type { AskInput } from '../offer/shared-fields.ts';
import type { ToolContext } from '../offer/tool.ts';

const verdicts = ['supported', 'refuted', 'unsure'] as const;

export type CheckedClaim = {
  readonly claim: string;
  readonly verdict: (typeof verdicts)[number];
  readonly reason: string;
  /** The correct version, in the checker's words. */
  readonly correction?: string;
};

export type Verification = {
  readonly claims: readonly CheckedClaim[];
  /** The model that checked. */
  readonly checker: string;
  readonly requestId: string;
  readonly warnings: readonly string[];
};

export type ToVerify = {
  /** The call that gave the answer, if the same request asked for both: the ceiling of `ask` covers its cost as well. */
  readonly answeredBy?: { readonly requestId: string | undefined; readonly cost: NanoUsd | undefined };
  /** The claims, or the answer to extract them from. */
  readonly claims: readonly string[];
  readonly answer: string;
  /** What the claims are about: files and diffs, never the original question or the author's reasoning. */
  readonly material: readonly Material[];
  readonly images: readonly ContentPart[];
  readonly nonce: string;
  /** Families that must not check. */
  readonly otherFamilyThan: readonly string[];
  readonly model: string;
  readonly tier: Tier;
  readonly ask: Pick<AskInput, 'thinking' | 'max_latency_ms' | 'max_cost_usd'>;
};

/** The most claims that one checker judges carefully. */
const maxClaims = 12;

/**
 * Extracts the claims of an answer and has each judged by a model of another family, which sees only the claims and
 * what they are about.
 * @throws ConclaveError `no_candidate` if no other family can be asked.
 */
export async function checkClaims(context: ToolContext, job: ToVerify): Promise<Verification> {
  const calls = job.claims.length > 0 ? 1 : 2;
  const expected = [
    ...(calls > 1 ? [{ question: expertCall(context, extractQuestion(job, calls)) }] : []),
    { question: expertCall(context, checkQuestion(job, [], calls)), furtherTokens: 4_000 },
  ];
  return await reserveOnce(
    context,
    { tool: 'verify', serves: job.answeredBy?.requestId, expected },
    async (inner, requestId) => {
      const { claims, rest, warnings } =
        job.claims.length > 0 ? firstOf(job.claims) : await extracted(inner, job, calls);
      if (claims.length === 0) return { claims: [], checker: '', requestId, warnings };
      const answer = await askReadable(inner, checkQuestion(job, claims, calls), (reply) =>
        readVerdicts(reply, claims),
      );
      const judged = answer.read.ok
        ? answer.read.value
        : claims.map((claim) => unsure(claim, 'the checker gave no verdict that could be read'));
      const unchecked = rest.map((claim) => unsure(claim, 'not checked'));
      return { claims: [...judged, ...unchecked], checker: answer.model, requestId, warnings };
    },
  );
}

/** The claims to check, and the rest, which is reported as not checked. */
type Listed = Pick<Verification, 'warnings'> & {
  readonly claims: readonly string[];
  readonly rest: readonly string[];
};

function firstOf(all: readonly string[]): Listed {
  const rest = all.slice(maxClaims);
  const warning = `${rest.length} of ${all.length} claims were not checked: a verification judges at most ${maxClaims}.`;
  return { claims: all.slice(0, maxClaims), rest, warnings: rest.length > 0 ? [warning] : [] };
}

async function extracted(context: ToolContext, job: ToVerify, calls: number): Promise<Listed> {
  const { read } = await askReadable(context, extractQuestion(job, calls), (reply): ReadAnswer<string[]> => {
    const found = findJson(reply, (value) => isJsonObject(value) && Array.isArray(value['claims']));
    const list = found && isJsonObject(found.value) ? found.value['claims'] : undefined;
    if (!Array.isArray(list)) return { ok: false, reason: 'It holds no JSON object with "claims".' };
    return { ok: true, value: list.filter((claim) => typeof claim === 'string') };
  });
  return read.ok ? firstOf(read.value) : wholeAnswer(job.answer);
}

/** An answer whose claims cannot be extracted is judged as one claim. */
function wholeAnswer(answer: string): Listed {
  const beyond = answer.length - maxCharacters;
  const warning = 'The claims of the answer could not be extracted, so it was judged as one claim';
  if (beyond <= 0) return { claims: [answer], rest: [], warnings: [`${warning}.`] };
  return {
    claims: [answer.slice(0, maxCharacters)],
    rest: [`The rest of the answer, ${beyond} characters`],
    warnings: [`${warning}, without its last ${beyond} characters.`],
  };
}

/** The most of an answer that is judged as one claim. */
const maxCharacters = 4_000;

function unsure(claim: string, reason: string): CheckedClaim {
  return { claim, verdict: 'unsure', reason };
}

function extractQuestion(job: ToVerify, calls: number): ExpertQuestion {
  const { answer, nonce, otherFamilyThan, ask } = job;
  return {
    tool: 'verify',
    prompt: extractPrompt,
    gathered: {
      question: 'List the claims of this answer.',
      material: [{ kind: 'answer', name: 'the answer', text: answer }],
      nonce,
    },
    model: 'auto',
    task: 'extraction',
    tier: 'economy',
    otherFamilyThan,
    ...ceilingOf(job, calls),
    maxLatencyMs: ask.max_latency_ms,
    output: replyOf('claims', { claims: texts }),
  };
}

function checkQuestion(job: ToVerify, claims: readonly string[], calls: number): ExpertQuestion {
  const { material, images, nonce, otherFamilyThan, model, tier, ask } = job;
  const list = claims.map((claim, index) => `${index + 1}. ${claim}`).join('\n');
  return {
    tool: 'verify',
    prompt: checkPrompt,
    gathered: {
      question: `Judge each of the ${claims.length} numbered claims.`,
      material: [...material, { kind: 'text', name: 'claims', text: list }],
      images,
      nonce,
    },
    model,
    task: 'qa-from-context',
    tier,
    otherFamilyThan,
    thinking: ask.thinking,
    ...ceilingOf(job, calls),
    maxLatencyMs: ask.max_latency_ms,
    output: verdictReply,
  };
}

/** What one of the verification's calls may cost: its part of what the answer left. */
function ceilingOf({ ask, answeredBy }: ToVerify, calls: number): CallCeiling {
  return ceilingPerCall(ceilingLeft({ maxCostUsd: ask.max_cost_usd }, answeredBy?.cost), calls);
}

const verdictReply = replyOf('verdicts', {
  verdicts: {
    type: 'array',
    items: closed({
      claim: { type: 'integer' },
      verdict: { type: 'string', enum: [...verdicts] },
      reason: text,
      correction: text,
    }),
  },
});

/** One verdict for each claim, in order; a claim without a verdict is unsure. */
function readVerdicts(reply: string, claims: readonly string[]): ReadAnswer<CheckedClaim[]> {
  const found = findJson(reply, (value) => isJsonObject(value) && Array.isArray(value['verdicts']));
  const list = found && isJsonObject(found.value) ? found.value['verdicts'] : undefined;
  if (!Array.isArray(list)) return { ok: false, reason: 'It holds no JSON object with "verdicts".' };
  return {
    ok: true,
    value: claims.map((claim, index) => {
      const given = list.find((one) => isJsonObject(one) && Number(one['claim']) === index + 1);
      return given && isJsonObject(given)
        ? { claim, ...verdictOf(given) }
        : unsure(claim, 'the checker passed it over');
    }),
  };
}

function verdictOf(given: Readonly<Record<string, JsonValue | undefined>>): Omit<CheckedClaim, 'claim'> {
  const word = String(given['verdict']).toLowerCase();
  const correction = given['correction'];
  return {
    // Anything but the three words is not a verdict.
    verdict: verdicts.find((verdict) => verdict === word) ?? 'unsure',
    reason: typeof given['reason'] === 'string' ? given['reason'] : '',
    ...(typeof correction === 'string' && correction.trim() !== '' && { correction }),
  };
}
