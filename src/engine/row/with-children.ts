import type { CallReceipt } from '../../core/call.ts';
import { addCosts } from '../../core/money/add-costs.ts';
import { addUsage } from '../../core/money/usage.ts';
import { ourUsage } from './usage-of-ours.ts';

/** Returns a call's receipt including its child calls; its own ledger row contains only its own cost. */
export function withChildren(own: CallReceipt, children: readonly CallReceipt[]): CallReceipt {
  return children.reduce(({ cost, frontierCost, ...sum }, child) => {
    const total = addCosts(cost, child.cost);
    const frontier = addCosts(frontierCost, child.frontierCost);
    const byCaller = sum.callerCost ?? child.callerCost;
    return {
      ...sum,
      costIsReported: false,
      usage: addUsage(sum.usage, child.usage),
      ...((sum.usageOfOurs ?? child.usageOfOurs) && {
        usageOfOurs: addUsage(ourUsage(sum), ourUsage(child)),
      }),
      estimated: sum.estimated || child.estimated,
      simulated: sum.simulated || child.simulated,
      ...(byCaller !== undefined && { callerCost: (sum.callerCost ?? 0n) + (child.callerCost ?? 0n) }),
      ...(total !== undefined && { cost: total }),
      ...(frontier !== undefined && { frontierCost: frontier }),
    };
  }, own);
}
