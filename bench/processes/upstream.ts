import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completion, streamEvents } from '../workload.ts';

// A provider without a model: it answers every request with the same bytes.
const whole = Buffer.from(completion);
const events = streamEvents.map((event) => Buffer.from(event));
const eventGapMs = 2;

const server = createServer((request, response) => {
  let streamed = false;
  // The field is near one end of the body, and far from any other text that looks like it.
  request.on('data', (chunk: Buffer) => {
    streamed ||= chunk.includes('"stream":true');
  });
  request.on('end', () => {
    if (streamed) stream(response);
    else
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
        .end(whole);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  // A TCP server's address is an object.
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

/** One event at a time, as a model writes. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let next = 0;
  const timer = setInterval(() => {
    response.write(events[next++]);
    if (next < events.length) return;
    clearInterval(timer);
    response.end();
  }, eventGapMs);
  response.on('close', () => clearInterval(timer));
}
