import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import type { Transport } from '../../core/wire/transport.ts';
import { keptRequest, recordingKey, type Recording } from './recording.ts';

/**
 * Creates a transport that replies from the recordings in `folder`; nothing leaves this machine. A request that was
 * recorded several times gets its replies in that order, then the last one again.
 * @throws ConclaveError `configuration` if there is nothing to replay.
 */
export async function replayTransport(folder: string): Promise<Transport> {
  const recordings = await load(folder);
  const served = new Map<string, number>();
  return {
    async send(request) {
      const asked = keptRequest(request);
      const key = recordingKey(asked);
      const answers = recordings.get(key) ?? [];
      const turn = served.get(key) ?? 0;
      served.set(key, turn + 1);
      const recording = answers[Math.min(turn, answers.length - 1)];
      if (!recording) {
        throw new ConclaveError(
          'not_found',
          `${folder} has no recording of this ${asked.method} ${asked.url}; make one with "conclave record ${folder}".`,
        );
      }
      const { status, headers, pieces } = recording.reply;
      return { status, headers, body: bytesOf(pieces) };
    },
    close: async () => undefined,
  };
}

async function* bytesOf(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece, 'base64');
}

async function load(folder: string): Promise<Map<string, Recording[]>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ConclaveError(
      'configuration',
      `${folder}: cannot be read; name a folder that "conclave record" has filled`,
      { cause: error },
    );
  });
  const files = names
    .map((name) => ({ name, match: /^([0-9a-f]{24})\.(\d+)\.json$/.exec(name) }))
    .filter(({ match }) => match !== null)
    .toSorted((a, b) => Number(a.match?.[2]) - Number(b.match?.[2]));
  if (files.length === 0)
    throw new ConclaveError(
      'configuration',
      `${folder}: holds no recordings; make some with "conclave record ${folder}"`,
    );
  const recordings = new Map<string, Recording[]>();
  for (const { name, match } of files) {
    const key = match?.[1] ?? '';
    const list = recordings.get(key) ?? [];
    list.push(parse(await readFile(join(folder, name), 'utf8'), join(folder, name)));
    recordings.set(key, list);
  }
  return recordings;
}

function parse(text: string, path: string): Recording {
  try {
    // `recordTransport` wrote the file; its version is checked.
    const recording = JSON.parse(text) as Recording;
    if (recording.version === 1 && Array.isArray(recording.reply.pieces)) return recording;
  } catch {
    // Reported below, with the path.
  }
  throw new ConclaveError('configuration', `${path}: is not a recording of this version; record it again`);
}
