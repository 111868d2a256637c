import { z } from 'zod';
import { nanoToJson } from '../../core/units.ts';
import type { LeftOut } from '../../files/left-out.ts';
import type { MeterReading } from './call-meter.ts';

/** Fields with which every multi-call tool reports its calls. */
export const meteredOutput = {
  text: z.string(),
  models: z.array(z.string()),
  cost_nano_usd: z.int().optional(),
  frontier_nano_usd: z.int().optional(),
  request_id: z.string().optional(),
  simulated: z.boolean(),
  warnings: z.array(z.string()),
  left_out: z.array(z.looseObject({ path: z.string() })),
  verification: z.looseObject({}).optional(),
};

/** Builds the fields above, except the text, from the meter. */
export function meteredData(
  { models, cost, frontierCost, requestId, simulated, warnings: received }: MeterReading,
  { warnings, leftOut }: { readonly warnings: readonly string[]; readonly leftOut: readonly LeftOut[] },
) {
  return {
    models: [...models],
    ...(cost !== undefined && { cost_nano_usd: nanoToJson(cost) }),
    ...(frontierCost !== undefined && { frontier_nano_usd: nanoToJson(frontierCost) }),
    ...(requestId !== undefined && { request_id: requestId }),
    simulated,
    warnings: [...new Set([...warnings, ...received])],
    left_out: leftOut.map((one) => ({ ...one })),
  };
}
