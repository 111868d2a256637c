import { defined } from '../../core/json/defined.ts';
import type { CallReceipt } from '../../core/call.ts';
import { addCosts } from '../../core/money/add-costs.ts';
import { type NanoUsd, dollarText } from '../../core/units.ts';
import type { ToolContext } from './tool.ts';

/** The totals over the calls of one run. */
export type MeterReading = {
  readonly calls: number;
  /** Models that answered, each once, in order of their first answers. */
  readonly models: readonly string[];
  /** Absent if any price is unknown. */
  readonly cost?: NanoUsd;
  /** What the same tokens would have cost on the best frontier model; absent if its price is unknown. */
  readonly frontierCost?: NanoUsd;
  readonly simulated: boolean;
  readonly estimated: boolean;
  readonly warnings: readonly string[];
  /** The ledger row of the last answer. */
  readonly requestId?: string;
};

export type CallMeter = {
  /** The given context, with its calls counted. */
  readonly context: ToolContext;
  read(): MeterReading;
};

/** Counts the calls of a tool that makes several. */
export function meterCalls(context: ToolContext): CallMeter {
  const models = new Set<string>();
  const warnings = new Set<string>();
  let done = 0;
  let cost: NanoUsd | undefined = 0n;
  let frontierCost: NanoUsd | undefined = 0n;
  let simulated = true;
  let estimated = false;
  let requestId: string | undefined;

  /** Failed and cancelled calls also cost. */
  function count(receipt: CallReceipt): void {
    done += 1;
    if (receipt.state === 'ok' && receipt.model !== undefined) models.add(receipt.model);
    for (const warning of receipt.warnings) warnings.add(warning);
    cost = addCosts(cost, receipt.cost);
    frontierCost = addCosts(frontierCost, receipt.frontierCost);
    simulated &&= receipt.simulated;
    estimated ||= receipt.estimated;
    requestId = receipt.requestId;
  }
  const ask: ToolContext['ask'] = (question) =>
    context.ask({
      ...question,
      onSettled(receipt) {
        count(receipt);
        question.onSettled?.(receipt);
      },
    });
  return {
    context: { ...context, ask, warn: (warning) => void warnings.add(warning) },
    read: () =>
      defined({
        calls: done,
        models: [...models],
        cost,
        frontierCost,
        simulated: simulated && done > 0,
        estimated,
        warnings: [...warnings],
        requestId,
      }),
  };
}

/** The line below an answer made from several calls: models, cost, duration and request id. */
export function meterFooter(
  { calls, models, cost, simulated, estimated, requestId }: MeterReading,
  tookMs: number,
) {
  const marks = [simulated && 'simulated', estimated && 'estimated'].filter(Boolean).join(', ');
  const spent = cost === undefined ? 'price unknown' : dollarText(cost);
  return [
    models.join(', ') || 'no model',
    `${spent}${marks ? ` (${marks})` : ''}`,
    `${calls} ${calls === 1 ? 'call' : 'calls'}`,
    `${(tookMs / 1000).toFixed(1)} s`,
    ...(requestId === undefined ? [] : [requestId]),
  ].join(' · ');
}
