import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { DialectId } from '../../src/core/wire/content.ts';
import { dialects } from '../../src/dialects/index.ts';
import { startTestGateway, type Cleanup, type TestGateway } from '../support/gateway.ts';
import { ownSamples, collectedReplies, type RecordedReply } from '../support/recorded-replies.ts';
import { startReplayServer, tornName, type ReplayServer } from '../providers/replay-server.ts';

/** Our own samples and, if present, the collection's, of every dialect. */
export const ownReplies = dialects.flatMap(({ id }) => ownSamples(id));
export const recordedReplies = dialects.flatMap(({ id }) =>
  collectedReplies(id === 'google-generate' ? 'gemini' : id),
);

/** A gateway that uses the replay server for every provider. */
export type ReplayingGateway = {
  readonly gateway: TestGateway;
  readonly server: ReplayServer;
  /** The model that answers with this recording; with `tornAt` in single bytes, as `tornName` says. */
  modelOf(reply: RecordedReply, tornAt?: number): string;
};

export async function startReplayingGateway(t: Cleanup): Promise<ReplayingGateway> {
  const replies = [...ownReplies, ...recordedReplies];
  const server = await startReplayServer(t, replies);
  const providers: NonNullable<ConfigInput['providers']> = {};
  for (const reply of replies) providers[providerOf(reply)] = providerAt(server.url, dialectOf(reply));
  for (const { id } of dialects) providers[`silent-${id}`] = providerAt(server.url, id);
  const gateway = await startTestGateway(t, { config: { providers, routing: { retries: 0 } } });
  const nameOf = ({ id }: RecordedReply, tornAt?: number) =>
    tornAt === undefined ? id : tornName(id, tornAt);
  return { gateway, server, modelOf: (reply, tornAt) => `${providerOf(reply)}/${nameOf(reply, tornAt)}` };
}

/** Maps the recordings' name of a dialect to ours. */
export function dialectOf({ dialect }: RecordedReply): DialectId {
  return dialects.find(({ id }) => id === dialect)?.id ?? 'google-generate';
}

/**
 * Providers keep their names, and so their special handling; their Responses recordings belong to a separate provider.
 */
function providerOf(reply: RecordedReply): string {
  return dialectOf(reply) === 'openai-responses' ? `${reply.provider}-responses` : reply.provider;
}

function providerAt(baseUrl: string, dialect: DialectId): NonNullable<ConfigInput['providers']>[string] {
  return dialect === 'bedrock-converse'
    ? { dialect, baseUrl, region: 'us-east-1', accessKeyId: 'AKIDREPLAYED', secretAccessKey: 'replayed' }
    : { dialect, baseUrl, apiKey: 'key-of-nobody' };
}
