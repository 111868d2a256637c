import type { CallRow } from '../core/stores/ledger.ts';
import { nanoToJson } from '../core/units.ts';

/** Converts a ledger row to JSON: money as nano-dollars in safe integers, bytes as base64. */
export function jsonRow(row: CallRow): Record<string, unknown> {
  const { cost, frontierCost, features, attempts, ...rest } = row;
  return {
    ...rest,
    ...(cost !== undefined && { costNanoUsd: nanoToJson(cost) }),
    ...(frontierCost !== undefined && { frontierNanoUsd: nanoToJson(frontierCost) }),
    ...(features && {
      features: { version: features.version, base64: Buffer.from(features.bytes).toString('base64') },
    }),
    attempts: attempts.map(({ cost, ...attempt }) => ({
      ...attempt,
      ...(cost !== undefined && { costNanoUsd: nanoToJson(cost) }),
    })),
  };
}
