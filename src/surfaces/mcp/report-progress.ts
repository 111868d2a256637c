import type { ServerContext } from '@modelcontextprotocol/server';
import type { Ms } from '../../core/units.ts';

/** Longer silences than this are filled: clients take a server that says nothing for dead. */
const silenceMs: Ms = 5_000;

/**
 * Tells the client at once that the work has begun, then every line of `report`, and in longer silences the last one
 * again with the time that has passed. A client that wants no progress gets none.
 */
export function reportProgress({ mcpReq }: ServerContext): {
  readonly report: (line: string) => void;
  readonly stop: () => void;
} {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return { report: () => undefined, stop: () => undefined };
  const startedAt = performance.now();
  let progress = 0;
  let last = 'started';
  const send = (message: string) => {
    progress += 1;
    const params = { progressToken, progress, message };
    // A client that has gone cannot be told; the call's own signal ends the work.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
  const timer = setInterval(() => {
    send(`${last} · ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }, silenceMs);
  send(last);
  return {
    report(line) {
      last = line;
      send(line);
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
