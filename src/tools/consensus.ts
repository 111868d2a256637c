import { z } from 'zod';
import { consensusInput } from './consensus/consensus-input.ts';
import { panelOutput } from './consensus/panel-output.ts';
import { defineTool } from './offer/tool.ts';

/** Asks several models the same question in parallel; none sees the others' answers. */
export default defineTool({
  name: 'consensus',
  title: 'Ask a panel',
  description:
    'Ask several models at once, blind to each other: issues that a threshold of them report, an answer with agreement and dissent, a vote, or a ranking.',
  input: consensusInput,
  output: z.object(panelOutput),
  readOnly: false,
  openWorld: true,
  run: async (given, context) => (await import('./consensus/run-consensus.ts')).runConsensus(given, context),
});
