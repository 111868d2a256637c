/**
 * `npm test` loads this file first, and the processes of the test files inherit what it leaves: the tests would otherwise write
 * their calls and keys into the database of whoever runs them.
 */
const settings = ['CONFIG', 'HOME', 'DATABASE_URL', 'REDIS_URL', 'API_KEY', 'ADMIN_KEY'];
for (const name of settings) delete process.env[`CONCLAVE_${name}`];
