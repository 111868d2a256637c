import analyzePrompt from '../prompts/tools/analyze.ts';
import { hotspot } from './review/hotspot.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Describes code: its structure and risks. Routing uses the widest context window if the files need it. */
export default oneShotTool({
  name: 'analyze',
  title: 'Analyse code',
  description: 'Analyse files: structure, risks, and hotspots that codereview takes as its focus.',
  prompt: analyzePrompt,
  task: 'qa-from-context',
  tier: 'workhorse',
  reads: 'project',
  list: { name: 'hotspots', item: hotspot },
});
