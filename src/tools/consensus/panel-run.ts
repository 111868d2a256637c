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
import { seatName, type Panel, type Panelist } from '../panels/panel.ts';

/** One question before one panel: everything that is the same for all its calls. */
export type PanelRun = {
  readonly panel: Panel;
  readonly thread: OpenThread;
  readonly gathered: Gathered;
  readonly before: readonly Message[];
  readonly ask: AskInput;
  readonly warnings: readonly string[];
};

/** A seat with the names that results and progress go by. */
export type Seat = { readonly name: string; readonly model: string; readonly panelist: Panelist };

/** Reads what the panel is to see, once for all, within the narrowest window among them. */
export async function openPanelRun(
  context: ToolContext,
  {
    panel,
    question,
    files,
    images,
    notes,
    ask,
  }: {
    readonly panel: Panel;
    readonly question: string;
    readonly files: readonly string[];
    readonly images: readonly string[];
    readonly notes: readonly NamedText[];
    readonly ask: AskInput;
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
    warnings: [...panel.notes, ...gathered.warnings, ...placed.warnings],
  };
}

export function seatsOf({ panel }: PanelRun): Seat[] {
  return panel.seats.map((panelist) => ({ name: seatName(panelist), model: panelist.model.id, panelist }));
}

/** How often the panel and whoever sums up are asked in all: each has its share of the ceiling. */
export type Shared = { readonly calls: number };

/** The question as one seat is asked it. */
export function seatQuestion(
  run: PanelRun,
  { model, panelist }: Seat,
  { prompt, orders = [], material, output }: SeatOrder,
  { calls }: Shared,
): ExpertQuestion {
  const { gathered } = run;
  const question = [gathered.question, ...orders, stanceOf(panelist)].filter((line) => line !== '');
  return {
    ...common(run, calls),
    prompt,
    model,
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

/** A question to the model that sums up. It is shown the panel's question and what they said, not the files again. */
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
  { calls }: Shared,
): ExpertQuestion {
  return {
    ...common(run, calls),
    task,
    prompt,
    model: run.panel.synthesiser.id,
    gathered: { question, material, nonce: run.gathered.nonce },
    ...(output && { output }),
  };
}

function common({ ask }: PanelRun, calls: number) {
  return {
    tool: 'consensus',
    task: 'architecture' as TaskType,
    tier: 'workhorse' as const,
    thinking: ask.thinking,
    maxCostUsd: ceilingPerCall(ask.max_cost_usd, calls),
    maxLatencyMs: ask.max_latency_ms,
  };
}

function stanceOf({ stance, stancePrompt }: Panelist): string {
  if (stancePrompt !== undefined) return stancePrompt;
  return stance === 'neutral' ? '' : stanceOrders[stance];
}
