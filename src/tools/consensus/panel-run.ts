import type { Message } from '../../core/wire/content.ts';
import type { OutputFormat } from '../../core/wire/request.ts';
import type { TaskType } from '../../core/task.ts';
import type { NamedText } from '../../files/pack.ts';
import { stanceOrders } from '../../prompts/stances.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import type { Material } from '../../prompts/untrusted.ts';
import { threadOf, placeInThread } from '../asking/ask-in-thread.ts';
import type { ExpertQuestion } from '../asking/ask-expert.ts';
import { gatherMaterial, windowFor, type Gathered } from '../asking/gather-material.ts';
import { ceilingPerCall } from '../panels/reserve-once.ts';
import type { AskInput } from '../offer/shared-fields.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { OpenThread } from '../../threads/open-thread.ts';
import type { Panel, Panelist } from '../panels/panel.ts';

/** One question to one panel: everything that its calls share. */
export type PanelRun = {
  readonly panel: Panel;
  readonly thread: OpenThread;
  readonly gathered: Gathered;
  readonly before: readonly Message[];
  readonly ask: AskInput;
  /** The total number of calls of seats and chair: each gets an equal share of the cost ceiling. */
  readonly calls: number;
  /** Besides those of the panel. */
  readonly warnings: readonly string[];
};

/** A seat with the name used in results and progress messages. */
export type Seat = { readonly name: string; readonly model: string; readonly panelist: Panelist };

/** Reads the panel's material once, within the narrowest window of its models. */
export async function openPanelRun(
  context: ToolContext,
  {
    panel,
    question,
    files,
    images,
    notes,
    ask,
    calls,
  }: {
    readonly panel: Panel;
    readonly question: string;
    readonly files: readonly string[];
    readonly images: readonly string[];
    readonly notes: readonly NamedText[];
    readonly ask: AskInput;
    readonly calls: number;
  },
): Promise<PanelRun> {
  const thread = await threadOf(context, ask.continuation_id);
  const window = (id: string) => windowFor(id, context.catalogue);
  const [narrowest = 'auto'] = panel.seats
    .map(({ model }) => model.id)
    .toSorted((a, b) => window(a) - window(b));
  const gathered = await gatherMaterial({ question, files, images, notes, model: narrowest }, context);
  const placed = placeInThread(context, thread, { gathered, model: narrowest });
  return {
    panel,
    thread,
    gathered: placed.gathered,
    before: placed.before,
    ask,
    calls,
    warnings: [...gathered.warnings, ...placed.warnings],
  };
}

export function seatsOf({ panel }: PanelRun): Seat[] {
  return panel.seats.map(seatOf);
}

export function seatOf(panelist: Panelist): Seat {
  return { name: panelist.name, model: panelist.model.id, panelist };
}

/** How many models were asked to take part, with those that cannot be called here. */
export function modelsAsked({ panel }: PanelRun): number {
  return panel.seats.length + panel.absent.length;
}

/** Builds the question for one seat. */
export function seatQuestion(
  run: PanelRun,
  { model, panelist }: Seat,
  { prompt, orders = [], material, output }: SeatOrder,
): ExpertQuestion {
  const { gathered } = run;
  const question = [gathered.question, ...orders, stanceOf(panelist)].filter((line) => line !== '');
  return {
    ...common(run),
    prompt,
    model,
    modelReason: panelist.modelReason,
    before: run.before,
    gathered: {
      ...gathered,
      question: question.join('\n\n'),
      material: [...gathered.material, ...(material ?? [])],
    },
    output,
  };
}

export type SeatOrder = {
  readonly prompt: ToolPrompt;
  readonly orders?: readonly string[];
  readonly material?: readonly Material[];
  readonly output: OutputFormat;
};

/** Builds a question to the model that sums up. It sees the panel's question and answers, not the files. */
export function chairQuestion(
  run: PanelRun,
  {
    prompt,
    question,
    material,
    output,
    task = 'summarisation',
  }: {
    readonly prompt: ToolPrompt;
    readonly question: string;
    readonly material: readonly Material[];
    readonly output?: OutputFormat;
    readonly task?: TaskType;
  },
): ExpertQuestion {
  return {
    ...common(run),
    task,
    prompt,
    model: run.panel.synthesiser.id,
    modelReason: 'the chair of the panel',
    gathered: { question, material, nonce: run.gathered.nonce },
    ...(output && { output }),
  };
}

function common({ ask, calls }: PanelRun) {
  return {
    tool: 'consensus',
    task: 'architecture' as TaskType,
    tier: 'workhorse' as const,
    thinking: ask.thinking,
    ...ceilingPerCall({ maxCostUsd: ask.max_cost_usd }, calls),
    maxLatencyMs: ask.max_latency_ms,
  };
}

function stanceOf({ stance, stancePrompt }: Panelist): string {
  if (stancePrompt !== undefined) return stancePrompt;
  return stance === 'neutral' ? '' : stanceOrders[stance];
}
