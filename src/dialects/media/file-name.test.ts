import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileName } from './file-name.ts';

const office = 'application/vnd.openxmlformats-officedocument';

const endings = [
  ['application/pdf', 'pdf'],
  ['application/msword', 'doc'],
  [`${office}.wordprocessingml.document`, 'docx'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/rtf', 'rtf'],
  ['text/rtf', 'rtf'],
  ['application/vnd.ms-excel', 'xls'],
  [`${office}.spreadsheetml.sheet`, 'xlsx'],
  ['application/vnd.ms-powerpoint', 'ppt'],
  [`${office}.presentationml.presentation`, 'pptx'],
] as const;

test('a name without an ending gets that of the file’s type', () => {
  for (const [mediaType, ending] of endings) {
    assert.equal(fileName('Report 2.1', mediaType), `Report 2.1.${ending}`);
    assert.equal(fileName(ending, mediaType), `${ending}.${ending}`);
    assert.equal(fileName(undefined, mediaType), `document.${ending}`);
    assert.equal(fileName('', mediaType), `document.${ending}`);
  }
});

test('a name with the ending of a document stays, even if it is that of another type', () => {
  for (const [mediaType] of endings) {
    for (const name of [...endings.map(([, ending]) => `a.${ending}`), 'A.PDF', 'data.csv', 'data.tsv'])
      assert.equal(fileName(name, mediaType), name);
  }
});

test('the name of a file of unknown type stays', () => {
  assert.equal(fileName('a.pages', 'application/octet-stream'), 'a.pages');
  assert.equal(fileName('Report', 'application/octet-stream'), 'Report');
  assert.equal(fileName(undefined, 'application/octet-stream'), 'document.bin');
});
