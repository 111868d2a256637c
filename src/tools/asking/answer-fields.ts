import { z } from 'zod';
import type { CallReceipt } from '../../core/call.ts';
import { nanoToJson } from '../../core/units.ts';
import type { LeftOut } from '../../files/left-out.ts';

/**
 * Fields with which every tool reports the call that produced its answer. They have no descriptions: each would appear
 * in every tools list, so docs describe them.
 */
export const answerFields = {
  text: z.string(),
  model: z.string().optional(),
  request_id: z.string().optional(),
  cost_nano_usd: z.number().int().optional(),
  simulated: z.boolean().optional(),
  warnings: z.array(z.string()),
  left_out: z.array(z.looseObject({ path: z.string() })),
  verification: z.looseObject({}).optional(),
};

/** Builds the fields above from how a call ended. */
export function answerData(receipt: CallReceipt, warnings: readonly string[], leftOut: readonly LeftOut[]) {
  return {
    ...(receipt.model !== undefined && { model: receipt.model }),
    request_id: receipt.requestId,
    ...(receipt.cost !== undefined && { cost_nano_usd: nanoToJson(receipt.cost) }),
    simulated: receipt.simulated,
    warnings: [...new Set([...warnings, ...receipt.warnings])],
    left_out: leftOut.map((one) => ({ ...one })),
  };
}
