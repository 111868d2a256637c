import type { ModelRequest } from '../../core/wire/request.ts';

/** Whether the model may answer a request with a tool call. */
export function mayCallTools({
  tools = [],
  toolChoice,
}: Pick<ModelRequest, 'tools' | 'toolChoice'>): boolean {
  return tools.length > 0 && toolChoice?.type !== 'none';
}
