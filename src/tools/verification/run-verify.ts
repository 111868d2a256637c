import { ConclaveError } from '../../core/errors.ts';
import { askedChildren } from '../../core/stores/ledger.ts';
import type { ThreadTurn } from '../../core/stores/thread.ts';
import type { OpenThread } from '../../threads/open-thread.ts';
import { threadOf } from '../asking/ask-in-thread.ts';
import { meterCalls, meterFooter } from '../offer/call-meter.ts';
import { gatherMaterial } from '../asking/gather-material.ts';
import { meteredData } from '../offer/metered-fields.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { VerifyInput } from './verify-input.ts';
import { checkClaims } from './check-claims.ts';
import { familiesRuledOut } from './families-ruled-out.ts';
import { availableFamilies } from './verify-answer.ts';
import { verificationData, verificationText } from './verification-answer.ts';

/** Has the claims of an answer checked by a family that did not write it. */
export async function runVerify(given: VerifyInput, outer: ToolContext) {
  const startedAt = outer.now();
  const { context, read } = meterCalls(outer);
  const thread = await threadOf(context, given.continuation_id);
  const { answer, turn } = toCheck(given, thread);
  const { writer, authors } = await authorsOf(context, given, turn);
  const checker = given.model === undefined ? undefined : context.picker.named(given.model);
  const ruledOut = familiesRuledOut(
    {
      writer: writer === undefined ? undefined : familyOf(context, writer),
      members: authors.map((author) => familyOf(context, author)),
    },
    availableFamilies(context),
  );
  if (checker && ruledOut.families.includes(checker.family)) {
    throw new ConclaveError(
      'invalid_request',
      `${checker.id} is of the family ${checker.family}, which took part in the answer; a family does not check its own answers.`,
      { param: 'model' },
    );
  }
  const { files, images } = given;
  const model = checker?.id ?? 'auto';
  const gathered = await gatherMaterial({ question: answer, files, images, notes: [], model }, context);
  const verification = await checkClaims(context, {
    claims: given.claims,
    answer: gathered.question,
    material: gathered.material,
    images: gathered.images,
    nonce: gathered.nonce,
    otherFamilyThan: ruledOut.families,
    model,
    tier: 'workhorse',
    ask: given,
  });
  const reading = { ...read(), requestId: verification.requestId };
  const warnings = [
    ...gathered.warnings,
    ...verification.warnings,
    ...ruledOut.warnings,
    ...(authors.length === 0
      ? ['the author of the answer is unknown, so its own family may have checked it']
      : []),
  ];
  const text = verificationText(verification, authors);
  const isContinued = given.continuation_id !== undefined;
  if (isContinued) {
    await thread.record({
      question: { text: `Check the claims of ${given.text ?? 'the last answer'}`, files: [] },
      answer: text,
      tool: 'verify',
      requestId: verification.requestId,
    });
  }
  const footer = meterFooter(reading, outer.now() - startedAt);
  return {
    text: [text, ...warnings.map((warning) => `Warning: ${warning}`), footer].join('\n\n'),
    data: {
      text,
      ...verificationData(verification, authors),
      ...(isContinued && { continuation_id: thread.id }),
      ...meteredData(reading, { warnings, leftOut: gathered.leftOut }),
    },
  };
}

/** The given text, else the last answer of the thread, else the given claims. */
function toCheck(
  { text, claims }: VerifyInput,
  { history }: OpenThread,
): { readonly answer: string; readonly turn?: ThreadTurn } {
  if (text !== undefined) return { answer: text };
  const last = history.findLast(({ role }) => role === 'assistant');
  if (last) return { answer: last.text, turn: last };
  if (claims.length > 0) return { answer: claims.join('\n') };
  throw new ConclaveError(
    'invalid_request',
    'verify needs something to check: give "text", "claims", or the "continuation_id" of a thread that has an answer.',
    { param: 'text' },
  );
}

/**
 * The named author, else the models of the thread's turn, else the caller's family. The answer of a panel holds what its
 * members said, whichever of them wrote the text.
 */
async function authorsOf(
  { ledger, callerFamily }: ToolContext,
  { author }: VerifyInput,
  turn: ThreadTurn | undefined,
): Promise<Authors> {
  if (author !== undefined) return { writer: author, authors: [author] };
  const row = turn?.requestId === undefined ? undefined : await ledger.show(turn.requestId);
  const members = row?.requestedModel === askedChildren ? await ledger.children(row.id) : [];
  const answered = members.filter(({ state }) => state === 'ok').map(({ model }) => model);
  const models = [turn?.model, ...answered].filter((model) => model !== undefined);
  if (models.length > 0) return { writer: turn?.model, authors: [...new Set(models)].toSorted() };
  return { writer: callerFamily, authors: callerFamily === undefined ? [] : [callerFamily] };
}

type Authors = {
  /** Who wrote the text; absent if nobody did, as in a vote. */
  readonly writer: string | undefined;
  /** The writer and all others, as models or families. */
  readonly authors: readonly string[];
};

/** The family of a model, or the name itself if it is a family. */
function familyOf({ picker, catalogue }: ToolContext, author: string): string {
  const family = catalogue.models().find((model) => model.family === author.toLowerCase())?.family;
  return family ?? picker.named(author).family;
}
