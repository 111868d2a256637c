import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbiddenPath } from './forbidden-path.ts';

const folders = ['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.git', '.conclave'];

const endings = 'pem key p8 p12 pfx pkcs12 jks keystore kdbx ppk ovpn agekey'.split(' ');

const names = [
  ['.env', '.env.production', '.envrc', 'prod.env'],
  endings.map((ending) => `server.${ending}`),
  ['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'id_ed25519.old'],
  '.netrc _netrc .pgpass .git-credentials .htpasswd .pypirc .dockercfg .vault-token'.split(' '),
  ['credentials', 'client_secret.json', 'client_secret_12-ab.apps.json'],
  ['service-account.json', 'service_account.json', 'serviceaccount.json', 'service-account-prod.json'],
  ['terraform.tfstate', 'terraform.tfstate.backup'],
].flat();

const spellings = (name: string) => [name, name.toUpperCase(), `app/${name}`, `C:\\app\\${name}`];

test('whatever lies in a folder that holds secrets is forbidden', () => {
  for (const path of folders.flatMap(spellings)) {
    for (const inside of [path, `${path}/config.json`, `${path}/a/b.txt`, `${path}\\config`]) {
      assert.match(forbiddenPath(inside) ?? '', /^\.[a-z]+ holds secrets$/, inside);
    }
  }
});

test('files with the usual names of secrets are forbidden', () => {
  for (const path of names.flatMap(spellings)) {
    assert.match(forbiddenPath(path) ?? '', /^files named like [^A-Z/]+ hold secrets$/, path);
  }
});

test('the system’s own folders are forbidden at the root of the machine, and only there', () => {
  for (const folder of ['proc', 'sys', 'dev']) {
    assert.equal(forbiddenPath(`/${folder}/self`), `/${folder} belongs to the operating system`);
    assert.equal(
      forbiddenPath(`/${folder.toUpperCase()}/self`),
      `/${folder} belongs to the operating system`,
    );
    assert.equal(forbiddenPath(`app/${folder}/self`), undefined);
  }
});

test('files with similar names may be read', () => {
  const paths = [
    'README.md environment.ts src/env.ts keys.ts monkey key keyboard.keys pem .gitignore .github/ci.yml',
    'ssh/config docker/Dockerfile .dockerignore kube/a.yaml credentials.ts client_secret.md',
    'service-account.md tfstate.md my_id_rsa.md netrc.c',
  ].flatMap((line) => line.split(' '));
  for (const path of paths) assert.equal(forbiddenPath(path), undefined, path);
});
