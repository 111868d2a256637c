import type { ServerResponse } from 'node:http';
import type { Cleanup } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';

/** The pieces that the provider sends next, and how its connection then ends. */
export type Script = {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly pieces: readonly Uint8Array[];
  readonly ending: 'end' | 'reset' | 'hang';
};

export type ScriptedProvider = {
  readonly url: string;
  /** One script per request; the last applies to all later requests. */
  say(...scripts: readonly Script[]): void;
  /** The number of requests so far. */
  asked(): number;
};

/** A provider that answers every request with the given bytes, each piece in its own write. */
export async function startScriptedProvider(t: Cleanup): Promise<ScriptedProvider> {
  let scripts: readonly Script[] = [];
  let asked = 0;
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    request.on('end', () => {
      asked += 1;
      const [next, ...later] = scripts;
      if (later.length > 0) scripts = later;
      void recite(response, next);
    });
  });
  return {
    url,
    say(...next) {
      scripts = next;
    },
    asked: () => asked,
  };
}

/** A whole reply of JSON. */
export function wholeReply(body: object): Script {
  return {
    contentType: 'application/json',
    pieces: [Buffer.from(JSON.stringify(body))],
    ending: 'end',
  };
}

async function recite(response: ServerResponse, script: Script | undefined): Promise<void> {
  if (!script) return void response.writeHead(500).end();
  response.socket?.setNoDelay(true);
  response.writeHead(script.status ?? 200, { 'content-type': script.contentType, ...script.headers });
  response.flushHeaders();
  for (const piece of script.pieces) {
    response.write(piece);
    // Without a turn of the event loop between them, adjacent writes would be sent as one.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  if (script.ending === 'end') response.end();
  if (script.ending === 'reset') response.write('', () => response.destroy());
}
