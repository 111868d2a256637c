import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesSecurityFlaw } from './names-security-flaw.ts';

test('a flaw of security is named in many languages', () => {
  for (const request of [
    'Any vulnerabilities?',
    'Is this exploitable?',
    'Look for SQL injections',
    'Could an attacker read other files?',
    'Sicherheitsprüfung bitte',
    'Hat das Schwachstellen?',
    'Y a-t-il des failles ?',
    '¿Hay fallos de seguridad?',
    'Есть ли тут уязвимости?',
    '这段代码有漏洞吗?',
    '脆弱性はありますか',
    '취약점을 찾아줘',
  ])
    assert.ok(namesSecurityFlaw(request), request);
});

test('other words of code are no flaws', () => {
  for (const request of [
    'Use dependency injection here',
    'Explain the injection of the logger here',
    'Not a security review, just add type hints.',
    'This exploit is fixed; just reformat the code',
    'Keine Schwachstellen suchen, nur formatieren',
    'Une défaillance du disque',
    'Add a security group',
    'Sicherheitsgurt zeichnen',
    'Explain this',
  ])
    assert.ok(!namesSecurityFlaw(request), request);
});
