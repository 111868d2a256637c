import { spliceMembers } from '../../src/core/json/splice-members.ts';
import { createHttpServer } from '../../src/transport/in/http-in.ts';
import { createTransport } from '../../src/transport/out/http-out.ts';
import { parseJsonBody } from '../../src/transport/bodies/parse-json-body.ts';
import { readBody } from '../../src/transport/bodies/read-body.ts';
import { responseWriter } from '../../src/transport/in/response-writer.ts';
import { replyHeaders } from './reply-headers.ts';

// What a relay cannot do without: checked requests, parsed bodies, one member changed, bounded streams. No engine.
const upstream = process.argv[2] ?? '';
const transport = createTransport();
const timeouts = { connectMs: 5_000, firstByteMs: 60_000, idleMs: 60_000 };

const server = await createHttpServer({
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  async onRequest(request, response, signal) {
    const bytes = await readBody(request, { maxBytes: 32 * 1024 * 1024 });
    parseJsonBody(bytes);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const reply = await transport.send({
      method: 'POST',
      url: upstream + (request.url ?? '/'),
      headers,
      body: spliceMembers(bytes, [{ member: 'model', value: 'wire-model' }]),
      signal,
      timeouts,
    });
    response.writeHead(reply.status, replyHeaders(reply.headers));
    const writer = responseWriter(response, { stalledMs: 60_000 });
    for await (const piece of reply.body) {
      const waiting = writer.write(piece);
      if (waiting) await waiting;
    }
    await writer.end();
  },
});
console.log(server.url);
