import type { Ms } from '../../core/units.ts';

/** Longer silences are filled, because clients consider a silent server dead. */
const silenceMs: Ms = 5_000;

/** The part of a request that progress reports need. */
export type ProgressRequest = {
  readonly _meta?: { readonly progressToken?: string | number | undefined } | undefined;
  notify(notification: {
    readonly method: 'notifications/progress';
    readonly params: {
      readonly progressToken: string | number;
      readonly progress: number;
      readonly message: string;
    };
  }): Promise<void>;
};

/**
 * Reports at once that the work has begun, then every line of `report`; in longer silences it repeats the last line
 * with the elapsed time. A client that did not request progress gets none.
 */
export function reportProgress(
  request: ProgressRequest,
  now: () => Ms,
): { readonly report: (line: string) => void; readonly stop: () => void } {
  const progressToken = request._meta?.progressToken;
  if (progressToken === undefined) return { report: () => undefined, stop: () => undefined };
  const startedAt = now();
  let progress = 0;
  let last = 'started';
  const send = (message: string) => {
    progress += 1;
    const params = { progressToken, progress, message };
    // The client may have disconnected; the call's own signal ends the work.
    request.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
  const fillSilence = () =>
    setInterval(() => send(`${last} · ${Math.round((now() - startedAt) / 1000)} s`), silenceMs);
  send(last);
  let filling = fillSilence();
  return {
    report(line) {
      last = line;
      send(line);
      clearInterval(filling);
      filling = fillSilence();
    },
    stop: () => clearInterval(filling),
  };
}
