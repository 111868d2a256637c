import type { TaskNote } from '../core/model.ts';

/** Strengths and weaknesses of a host, whichever model it runs. */
export type HostNotes = { readonly strengths: readonly TaskNote[]; readonly weaknesses: readonly TaskNote[] };

const judgement = 'our own judgement, not measured';

/** A server on the user's own machine. */
export const localHost: HostNotes = {
  strengths: [
    { task: 'qa-from-context', note: 'private: nothing leaves the machine', source: 'how it is built' },
    { task: 'extraction', note: 'no bill: long runs and loops cost only time', source: 'how it is built' },
    {
      task: 'formatting',
      note: 'no bill and no network for small, frequent work',
      source: 'how it is built',
    },
  ],
  weaknesses: [
    { task: 'long-context', note: 'the window is limited by the memory of this machine', source: judgement },
    { task: 'architecture', note: 'models that fit this machine reason less well', source: judgement },
  ],
};

/** By provider id. */
export const hosts: Readonly<Record<string, HostNotes>> = {
  bedrock: {
    strengths: [
      {
        task: 'qa-from-context',
        note: 'compliance: data stays in the AWS account and region that you chose',
        source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/data-protection.html',
      },
      { task: 'extraction', note: 'compliance: audited access to regulated documents', source: judgement },
    ],
    weaknesses: [
      {
        task: 'api-integration',
        note: 'operational overhead: access per model and region, inference profiles, IAM',
        source: judgement,
      },
    ],
  },
};
