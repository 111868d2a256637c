import type { Preview } from '../../core/routing/decision/preview.ts';
import { usdFromNano } from '../../core/units.ts';

/**
 * Builds the reply to `x-conclave-dry-run: true`: what the call would do. Costs are estimates in dollars, as numbers.
 */
export function dryRunReply(
  { decision, steps, refused, ...preview }: Preview,
  verification: 'none' | 'wanted' | 'required',
) {
  return {
    object: 'conclave.decision',
    dry_run: true,
    model: steps[0]?.[0]?.model,
    policy: decision.policy,
    reason: decision.reason,
    steps: steps.map((candidates) =>
      candidates.map(({ hasRoom, estimate, ...candidate }) => ({
        ...candidate,
        has_room: hasRoom,
        estimated_cost_usd: estimate === undefined ? null : usdFromNano(estimate),
      })),
    ),
    ruled_out: decision.ruledOut,
    input_tokens: preview.inputTokens,
    output_tokens: preview.outputTokens,
    reserves_usd: usdFromNano(preview.reserved),
    verification,
    ...(refused && { refused: { code: refused.code, message: refused.message, ...retryAfter(refused) } }),
    warnings: preview.warnings,
    simulated: preview.simulated,
  };
}

function retryAfter({ retryAfterMs }: NonNullable<Preview['refused']>) {
  return retryAfterMs === undefined ? {} : { retry_after_seconds: Math.ceil(retryAfterMs / 1000) };
}
