import { isCut, replyText } from '../../core/wire/collected-reply.ts';
import type { NamedText } from '../../files/pack.ts';
import { answerData } from './answer-fields.ts';
import type { ExpertQuestion } from './ask-expert.ts';
import { answerText, readableAnswer } from './answer-text.ts';
import { askInThread, threadOf } from './ask-in-thread.ts';
import { filesToRead, type FilesToRead } from './files-to-read.ts';
import { gatherMaterial, type Gathered } from './gather-material.ts';
import { guidedStep, nextStepText, type GuidedStep } from './guided-step.ts';
import { answerSchema, readListedAnswer } from './listed-answer.ts';
import { modelOfThread, threadsLastModel } from './model-of-thread.ts';
import type { OneShot, OneShotInput } from './one-shot.ts';
import type { ToolContext } from '../offer/tool.ts';
import { widthNote } from '../panels/width-note.ts';

/**
 * Runs one call of a one-shot tool: reads files, asks, stores the turn. In guided mode it only notes the step, unless
 * it is the last.
 */
export async function runOneShot(shot: OneShot, given: OneShotInput, context: ToolContext) {
  const step = shot.guided ? guidedStep(given) : undefined;
  if (step && !step.last) return goOn(shot, step);
  const startedAt = context.now();
  const thread = await threadOf(context, given.continuation_id);
  const turn = { tool: shot.name, tier: shot.tier };
  const last = modelOfThread(thread, turn, context.catalogue);
  const model = given.model ?? last ?? 'auto';
  const gathered = await gatherFor(shot, given, context, {
    model,
    notes: step?.notes ?? [],
    continued: thread.history.length > 0,
  });
  const asked = await askInThread(context, thread, {
    ...turn,
    prompt: shot.prompt,
    gathered,
    model,
    ...(given.model === undefined && last !== undefined && { modelReason: threadsLastModel }),
    ...(shot.strongest && model === 'auto' && strongestFor(shot, context)),
    task: shot.task,
    thinking: given.thinking,
    usualThinking: model === 'auto' ? shot.thinking : undefined,
    maxCostUsd: given.max_cost_usd,
    maxLatencyMs: given.max_latency_ms,
    ...(shot.list && {
      output: { type: 'json-schema', name: shot.name, schema: answerSchema(shot.list) } as const,
    }),
  });
  const { reply, receipt } = asked.answer;
  const text = replyText(reply);
  const width = model === 'auto' ? await widthNote(context, receipt, gathered.tokens) : [];
  const shown = gathered.material.filter(({ kind }) => kind === 'file');
  const answered = shot.list
    ? readListedAnswer(text, shot.list, {
        model: receipt.model ?? model,
        cut: isCut(asked.answer.reply),
        files: shown.map(({ name }) => name),
        lastLines: new Map(shown.map(({ name, text }) => [name, text.split('\n').length])),
      })
    : { text, items: [], warnings: [] };
  const data = {
    text: answered.text,
    ...answerData(
      receipt,
      [...gathered.warnings, ...asked.warnings, ...answered.warnings, ...width],
      gathered.leftOut,
    ),
    continuation_id: thread.id,
    ...(step && { status: 'done' as const }),
    ...(shot.list && { [shot.list.name]: [...answered.items] }),
  };
  await asked.keep(readableAnswer(answered));
  return {
    text: answerText(
      {
        ...answered,
        warnings: data.warnings,
        leftOut: gathered.leftOut,
        receipt,
        continuationId: thread.id,
      },
      context.now() - startedAt,
    ),
    data,
  };
}

/** Gathers the files that the caller named, or those that the tool finds itself. */
async function gatherFor(
  { reads }: OneShot,
  { prompt, files, images }: OneShotInput,
  context: ToolContext,
  {
    model,
    notes,
    continued,
  }: { readonly model: string; readonly notes: readonly NamedText[]; readonly continued: boolean },
): Promise<Gathered> {
  if (files.length > 0) context.progress(`reading ${files.join(', ').slice(0, 200)}`);
  const found: FilesToRead =
    files.length > 0 || reads === undefined
      ? { files, leftOut: [], warnings: [] }
      : await filesToRead(reads, { prompt, continued }, context);
  const { maxTokens } = found;
  const wanted = { question: prompt, files: found.files, images, notes, model, maxTokens };
  const gathered = await gatherMaterial(wanted, context);
  return {
    ...gathered,
    leftOut: [...found.leftOut, ...gathered.leftOut],
    warnings: [...found.warnings, ...gathered.warnings],
  };
}

/** The strongest model with others as fallbacks, in case a provider is down or a model does not accept images. */
function strongestFor(
  { name }: OneShot,
  { picker }: ToolContext,
): Pick<ExpertQuestion, 'model' | 'modelReason' | 'models'> | undefined {
  const [first, ...others] = picker.strongestFirst().map(({ id }) => id);
  if (first === undefined) return undefined;
  return { model: first, modelReason: `the strongest available for ${name}`, models: others.slice(0, 11) };
}

/** No model is asked before the last step, so earlier steps cost nothing. */
function goOn({ name, list }: OneShot, step: GuidedStep) {
  const text = nextStepText(name, step);
  return {
    text,
    data: {
      text,
      warnings: [],
      left_out: [],
      status: 'next_step' as const,
      ...(list && { [list.name]: [] }),
    },
  };
}
