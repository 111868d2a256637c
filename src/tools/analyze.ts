import analyzePrompt from '../prompts/tools/analyze.ts';
import { hotspot } from './hotspot.ts';
import { oneShotTool } from './one-shot.ts';

/** What code is like; the widest window is used when the files need it. */
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
