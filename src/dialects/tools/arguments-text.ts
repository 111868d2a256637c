import type { JsonObject } from '../../core/json/json.ts';

/** The arguments of a call as text; '' if it has none. Some servers send the object itself where a text belongs. */
export function argumentsText({ arguments: args }: JsonObject): string {
  if (typeof args === 'string') return args;
  return args === undefined || args === null ? '' : JSON.stringify(args);
}
