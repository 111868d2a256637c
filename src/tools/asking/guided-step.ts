import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import type { NamedText } from '../../files/pack.ts';

/**
 * Arguments of the guided mode: the agent investigates by itself, and the expert is asked once, after the last step.
 */
export const guidedFields = {
  step: z.string().optional().describe('Guided: what this step did.'),
  step_number: z.int().min(1).optional(),
  total_steps: z.int().min(1).optional(),
  next_step_required: z.boolean().optional(),
  findings: z.string().optional().describe('Guided: everything found so far.'),
  confidence: z.enum(['low', 'medium', 'high']).optional(),
};

export type GuidedInput = {
  readonly [Name in keyof typeof guidedFields]?: z.output<(typeof guidedFields)[Name]>;
};

/** One step of the agent's own work. */
export type GuidedStep = {
  readonly number: number;
  readonly total: number;
  readonly last: boolean;
  readonly notes: readonly NamedText[];
};

/** The text returned to the agent after a step that is not the last. */
export function nextStepText(tool: string, { number, total }: GuidedStep): string {
  return `Step ${number} of ${Math.max(total, number + 1)} noted. Look further, then call ${tool} with step_number ${number + 1} and all findings so far; next_step_required: false (--no-next-step-required) asks the expert.`;
}

/**
 * Returns the state of a guided call; `undefined` for a one-shot call.
 * @throws ConclaveError if its arguments contradict each other.
 */
export function guidedStep(input: GuidedInput): GuidedStep | undefined {
  const { step, step_number: number, total_steps: total, findings } = input;
  if (number === undefined && step === undefined && input.next_step_required === undefined) return undefined;
  if (number === undefined || step === undefined || input.next_step_required === undefined) {
    const missing = number === undefined ? 'step_number' : step === undefined ? 'step' : 'next_step_required';
    throw new ConclaveError(
      'invalid_request',
      `A guided call needs "${missing}"; leave out "step", "step_number" and "next_step_required" to have it done in one call.`,
      { param: missing },
    );
  }
  const notes: NamedText[] = [
    { path: `what the agent did in step ${number}`, text: step },
    ...(findings === undefined ? [] : [{ path: 'what the agent found', text: findings }]),
    ...(input.confidence === undefined ? [] : [{ path: "the agent's confidence", text: input.confidence }]),
  ];
  return { number, total: Math.max(number, total ?? number), last: !input.next_step_required, notes };
}
