import { ConclaveError } from '../../core/errors.ts';
import { nanoToJson } from '../../core/units.ts';
import codereviewPrompt from '../../prompts/tools/codereview.ts';
import { meterCalls } from '../offer/call-meter.ts';
import type { ConsensusInput } from './consensus-input.ts';
import { notesOfPanel, reportsAreSettled, reviewerOf, synthesisersOfPanel } from '../review/panel-review.ts';
import { subjectRequest } from '../review/review-input.ts';
import { runReviewTool } from '../review/review-tool.ts';
import type { SubjectRequest } from '../review/subject.ts';
import type { ToolContext } from '../offer/tool.ts';
import { answerCalls, answerMode } from './answer-mode.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import { panelData, panelText } from './panel-answer.ts';
import type { Mode } from './panel-output.ts';
import { panelWithinCeiling, type PanelCalls } from './panel-calls.ts';
import { openPanelRun, type PanelRun } from './panel-run.ts';
import { seatPanel, type Panel } from '../panels/panel.ts';
import { rankCalls, rankMode } from './rank-mode.ts';
import { voteCalls, voteMode } from './vote-mode.ts';

/** Seats the panel and runs the requested mode. */
export async function runConsensus(given: ConsensusInput, context: ToolContext) {
  const mode = modeOf(given);
  if (mode !== 'findings') refuseIdle(mode, given);
  const panel = seatPanel(context.picker, {
    seats: given.models.map((one) => (typeof one === 'string' ? { model: one } : one)),
    threshold: given.threshold,
    synthesiser: given.model,
    summarised: mode !== 'vote',
  });
  if (mode === 'findings') return findingsMode(context, given, panel);
  if (given.prompt === undefined) {
    throw new ConclaveError('invalid_request', `consensus needs a "prompt" in mode "${mode}".`, {
      param: 'prompt',
    });
  }
  if (given.range !== undefined) {
    throw new ConclaveError('invalid_request', '"range" applies only to mode "findings"; give "diff".', {
      param: 'range',
    });
  }
  return askPanel(context, { mode, given, panel, prompt: given.prompt });
}

/** Refuses arguments that a mode does not use, instead of ignoring them silently. */
function refuseIdle(mode: Exclude<Mode, 'findings'>, { threshold, options, model }: ConsensusInput): void {
  if (mode === 'vote' && model !== undefined) {
    throw new ConclaveError(
      'invalid_request',
      '"model" names the model that sums up, and votes are only counted; name the voters in "models".',
      {
        param: 'model',
      },
    );
  }
  if (threshold !== undefined) {
    throw new ConclaveError(
      'invalid_request',
      `"threshold" applies only to mode "findings", not to "${mode}".`,
      {
        param: 'threshold',
      },
    );
  }
  const known = options.map((option) => option.trim().toLowerCase());
  const twin = options.find((_, index) => known.indexOf(known[index] ?? '') < index);
  if (mode === 'vote' && twin !== undefined) {
    throw new ConclaveError(
      'invalid_request',
      `"${twin}" is listed twice among the options; list each once.`,
      {
        param: 'options',
      },
    );
  }
}

/** A caller that gives code or a threshold wants issues; any other wants an answer. */
function modeOf({ mode, diff, range, files, threshold }: ConsensusInput): Mode {
  if (mode !== undefined) return mode;
  return diff !== undefined || range !== undefined || files.length > 0 || threshold !== undefined
    ? 'findings'
    : 'answer';
}

async function askPanel(
  given: ToolContext,
  {
    mode,
    given: input,
    panel,
    prompt,
  }: { mode: Exclude<Mode, 'findings'>; given: ConsensusInput; panel: Panel; prompt: string },
) {
  const startedAt = given.now();
  const { context, read } = meterCalls(given);
  const asked = { mode, options: input.options };
  const calls = callsOf(context, asked);
  const opened = await openPanelRun(context, {
    panel,
    question: prompt,
    notes: input.diff === undefined ? [] : [{ path: 'the diff', text: input.diff }],
    files: input.files,
    images: input.images,
    ask: input,
    calls: calls.total(panel.seats.length),
  });
  const run = await panelWithinCeiling(context, opened, calls);
  const outcome = await runMode(context, run, asked);
  const reading = read();
  const data = panelData(context, { mode, outcome, run }, reading);
  await run.thread.record({
    question: {
      text: run.gathered.question,
      files: run.gathered.material.map(({ name, text }) => ({ path: name, text })),
    },
    answer: data.text,
    tool: 'consensus',
    requestId: outcome.requestId,
    ...(outcome.author !== undefined && { model: outcome.author }),
  });
  return {
    data,
    text: panelText(data, outcome, { reading, run, tookMs: given.now() - startedAt }),
  };
}

type Asked = { readonly mode: Exclude<Mode, 'findings'>; readonly options: readonly string[] };

function callsOf(context: ToolContext, { mode, options }: Asked): PanelCalls {
  switch (mode) {
    case 'answer':
      return answerCalls(context);
    case 'vote':
      return voteCalls(context, options);
    case 'rank':
      return rankCalls(context);
  }
}

function runMode(context: ToolContext, run: PanelRun, { mode, options }: Asked): Promise<ModeOutcome> {
  switch (mode) {
    case 'answer':
      return answerMode(context, run);
    case 'vote':
      return voteMode(context, run, options);
    case 'rank':
      return rankMode(context, run);
  }
}

/** Every seat reviews; issues below the threshold are listed separately. */
async function findingsMode(context: ToolContext, given: ConsensusInput, panel: Panel) {
  const models = new Set(panel.seats.map(({ model }) => model.id)).size;
  const threshold = given.threshold ?? Math.min(2, models);
  if (threshold > models) {
    throw new ConclaveError(
      'invalid_request',
      `threshold ${threshold} is above the ${models} different models of the panel; lower it or add models.`,
      { param: 'threshold' },
    );
  }
  const { result, text, data } = await runReviewTool(context, {
    tool: 'consensus',
    prompt: codereviewPrompt,
    task: 'code-review',
    tier: 'workhorse',
    orders: [given.prompt ?? ''],
    subject: subjectOf(given),
    context: [],
    images: given.images,
    reviewers: () => ({ reviewers: panel.seats.map(reviewerOf), absent: panel.absent }),
    synthesisers: synthesisersOfPanel(context.picker, panel),
    ask: given,
    severity: given.severity,
    threshold,
    settled: (reports, missing) => reportsAreSettled(reports, missing, threshold),
    notesOn: notesOfPanel(context.picker, panel),
  });
  return {
    text,
    data: {
      ...data,
      mode: 'findings' as const,
      below_threshold: result.belowThreshold.map((issue) => ({ ...issue })),
      cancelled: [...result.cancelled],
      ...(result.saved !== undefined && { saved_nano_usd: nanoToJson(result.saved) }),
    },
  };
}

/** Without code, the question itself is reviewed; without a question, the uncommitted changes. */
function subjectOf(given: ConsensusInput): SubjectRequest {
  const { prompt, diff, range, files } = given;
  if (prompt !== undefined && diff === undefined && range === undefined && files.length === 0) {
    return { kind: 'prompt', prompt };
  }
  return subjectRequest({ diff, range, files });
}
