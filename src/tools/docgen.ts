import docgenPrompt from '../prompts/tools/docgen.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Documents code symbol by symbol; writes nothing to disk. */
export default oneShotTool({
  name: 'docgen',
  title: 'Write documentation',
  description: 'Document files: what each public symbol does, its units, errors and side effects.',
  prompt: docgenPrompt,
  task: 'documentation',
  tier: 'economy',
  reads: 'project',
});
