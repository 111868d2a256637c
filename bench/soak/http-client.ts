import { Agent, request } from 'node:http';

/** The response. `ended` is false if the connection broke before the reply was complete. */
export type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly ended: boolean;
  /** From sending to the last byte. */
  readonly ms: number;
};

export type HttpClient = {
  post(path: string, body: object, headers?: Record<string, string>): Promise<HttpReply>;
  close(): void;
};

/** One connection per concurrent request, kept alive. Never throws because of the server's behaviour. */
export function httpClient({ url, key }: { readonly url: string; readonly key: string }): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const post: HttpClient['post'] = (path, body, headers = {}) =>
    new Promise((resolve) => {
      const startedAt = performance.now();
      const text = JSON.stringify(body);
      const chunks: Buffer[] = [];
      let [status, seen]: [number, HttpReply['headers']] = [0, {}];
      const settle = (ended: boolean) =>
        resolve({
          status,
          headers: seen,
          body: Buffer.concat(chunks),
          ended,
          ms: performance.now() - startedAt,
        });
      const sent = request(url + path, {
        agent,
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...headers,
        },
      });
      sent.on('response', (response) => {
        [status, seen] = [response.statusCode ?? 0, response.headers];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('close', () => settle(response.complete));
        response.on('error', () => undefined); // reported by `close`
      });
      sent.on('error', () => settle(false));
      sent.end(text);
    });
  return { post, close: () => agent.destroy() };
}
