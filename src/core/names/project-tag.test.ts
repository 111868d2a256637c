import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectTag } from './project-tag.ts';

test('a project is learned separately, whatever the case of its tag', () => {
  for (const tag of ['project:red', 'Project:Red', 'PROJECT:RED'])
    assert.equal(projectTag(['sensitive', tag]), 'project:red');
  assert.equal(projectTag(['projects:red', 'project']), undefined);
});
