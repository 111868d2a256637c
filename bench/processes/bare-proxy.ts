import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';
import { replyHeaders } from './reply-headers.ts';

// The yardstick: the least that a proxy in Node can do. No checks, no limits, no parsing, no errors handled.
const pool = new Pool(process.argv[2] ?? '', { allowH2: false });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const headers = ['content-type', 'application/json'];
    const body = Buffer.concat(chunks);
    pool.dispatch({ path: request.url ?? '/', method: 'POST', headers, body }, new Forward(response));
  });
});
server.listen(0, '127.0.0.1', () => {
  // A TCP server's address is an object.
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

class Forward implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {}

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.#response.writeHead(status, replyHeaders(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}
