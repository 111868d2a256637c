import type { ModelRequest } from '../../../core/wire/request.ts';

/** Whether the client can receive only one call: it has declared functions in the legacy format from before tools. */
export function takesOneCall({ tools = [] }: ModelRequest): boolean {
  return tools.some(({ declared }) => declared?.type === 'legacy-function');
}
