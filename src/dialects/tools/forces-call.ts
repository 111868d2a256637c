import type { ToolChoice } from '../../core/wire/request.ts';

/** Whether a choice obliges the model to call a tool. */
export function forcesCall(
  choice: ToolChoice | undefined,
): choice is Extract<ToolChoice, { readonly type: 'required' | 'tool' }> {
  return choice?.type === 'required' || choice?.type === 'tool';
}
