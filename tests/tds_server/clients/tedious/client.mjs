// tedious, the client of Node.js, against the server: arguments are the port and whether the connection is encrypted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Connection, Request, TYPES } from 'tedious';

const port = Number(process.argv[2]);
const encrypt = process.argv[3] === 'yes';

const open = (password = 'Test_password_1', more = {}) =>
  new Promise((resolve, reject) => {
    const connection = new Connection({
      server: 'localhost',
      authentication: { type: 'default', options: { userName: 'sa', password } },
      options: { port, database: 'test', encrypt, trustServerCertificate: true, useUTC: true, ...more },
    });
    connection.connect((error) => (error ? reject(error) : resolve(connection)));
  });

const run = (connection, text, parameters = []) =>
  new Promise((resolve, reject) => {
    const rows = [];
    const request = new Request(text, (error, count) => (error ? reject(error) : resolve(Object.assign(rows, { count }))));
    for (const [name, type, value, options] of parameters) request.addParameter(name, type, value, options);
    request.on('row', (columns) => rows.push(columns.map((column) => column.value)));
    if (parameters.length) connection.execSql(request);
    else connection.execSqlBatch(request);
  });

const ask = (connection, method, ...rest) =>
  new Promise((resolve, reject) => connection[method]((error) => (error ? reject(error) : resolve()), ...rest));

await assert.rejects(open('wrong'), (error) => error.code === 'ELOGIN');

const connection = await open();
const moment = new Date(Date.UTC(2026, 10, 27, 10, 20, 30, 127));
const columns = [
  ['bit', 'bit', TYPES.Bit, true],
  ['tiny', 'tinyint', TYPES.TinyInt, 255],
  ['small', 'smallint', TYPES.SmallInt, -32768],
  ['int', 'int', TYPES.Int, 2147483647],
  // Numbers that JavaScript has not are texts.
  ['big', 'bigint', TYPES.BigInt, '-9223372036854775808'],
  ['float', 'float', TYPES.Float, 0.1],
  ['real', 'real', TYPES.Real, 1.5],
  ['narrow', 'decimal(9,2)', TYPES.Decimal, -1234567.89, { precision: 9, scale: 2 }],
  ['money', 'money', TYPES.Money, 123456.7891],
  ['smallmoney', 'smallmoney', TYPES.SmallMoney, 214748.3647],
  ['date', 'date', TYPES.Date, new Date(Date.UTC(2026, 1, 28))],
  ['time3', 'time(3)', TYPES.Time, new Date(Date.UTC(1970, 0, 1, 23, 59, 59, 123)), { scale: 3 }],
  ['datetime', 'datetime', TYPES.DateTime, moment],
  ['smalldatetime', 'smalldatetime', TYPES.SmallDateTime, new Date(Date.UTC(2026, 10, 27, 10, 20))],
  ['datetime23', 'datetime2(3)', TYPES.DateTime2, moment, { scale: 3 }],
  ['offset3', 'datetimeoffset(3)', TYPES.DateTimeOffset, moment, { scale: 3 }],
  ['char', 'char(5)', TYPES.Char, 'ab   ', { length: 5 }],
  ['varchar', 'varchar(20)', TYPES.VarChar, 'café'],
  ['varcharmax', 'varchar(max)', TYPES.VarChar, 'x'.repeat(20000), { length: 'max' }],
  ['nchar', 'nchar(3)', TYPES.NChar, 'ж  ', { length: 3 }],
  ['nvarchar', 'nvarchar(20)', TYPES.NVarChar, 'Zażółć 😀'],
  ['nvarcharmax', 'nvarchar(max)', TYPES.NVarChar, 'длинно '.repeat(3000), { length: 'max' }],
  ['guid', 'uniqueidentifier', TYPES.UniqueIdentifier, '6F9619FF-8B86-D011-B42D-00C04FC964FF'],
  ['varbinary', 'varbinary(10)', TYPES.VarBinary, Buffer.from([0, 255])],
];
const names = columns.map(([name]) => `[${name}]`).join(', ');
await run(connection, `CREATE TABLE [dbo].[node] ([id] int NOT NULL, ${columns.map(([name, type]) => `[${name}] ${type} NULL`).join(', ')}, CONSTRAINT [pk_node] PRIMARY KEY ([id]))`);
await run(
  connection,
  `INSERT INTO [dbo].[node] ([id], ${names}) VALUES (1, ${columns.map(([name]) => `@${name}`).join(', ')})`,
  columns.map(([name, , type, value, options]) => [name, type, value, options]),
);
await run(connection, 'INSERT INTO [dbo].[node] ([id]) VALUES (2)');
const read = await run(connection, `SELECT ${names} FROM [dbo].[node] ORDER BY [id]`);
assert.equal(read.length, 2);
columns.forEach(([name, , , expected], place) => assert.deepEqual(read[0][place], expected, name));
read[1].forEach((value) => assert.equal(value, null));
const [[wide]] = await run(connection, 'SELECT CONVERT(nvarchar(50), CAST(N\'1234567890123456789012345678.0123456789\' AS decimal(38,10)))');
assert.equal(wide, '1234567890123456789012345678.0123456789');

for (const [text, number] of [
  ['SELECT 1/0', 8134],
  ['SELECT * FROM [nowhere]', 208],
  ['INSERT INTO [dbo].[node] ([id]) VALUES (1)', 2627],
  ['SELECT CAST(N\'x\' AS int)', 245],
]) {
  await assert.rejects(run(connection, text), (error) => error.number === number, text);
}

// Transactions, by requests of the protocol.
await ask(connection, 'beginTransaction');
await run(connection, 'DELETE FROM [dbo].[node] WHERE [id] = 2');
await ask(connection, 'rollbackTransaction');
assert.equal((await run(connection, 'SELECT [id] FROM [dbo].[node]')).length, 2);
await ask(connection, 'beginTransaction');
await run(connection, 'DELETE FROM [dbo].[node] WHERE [id] = 2');
await ask(connection, 'commitTransaction');
assert.equal((await run(connection, 'SELECT [id] FROM [dbo].[node]')).length, 1);

// Bulk load.
await run(connection, 'CREATE TABLE [#load] ([a] int NOT NULL, [b] nvarchar(20) NULL, [c] datetime2(3) NULL, [d] decimal(18,4) NULL)');
const rows = Array.from({ length: 3000 }, (_, a) => ({ a, b: a % 3 ? `ряд ${a}` : null, c: a % 2 ? moment : null, d: a / 4 }));
const loaded = await new Promise((resolve, reject) => {
  const load = connection.newBulkLoad('#load', (error, count) => (error ? reject(error) : resolve(count)));
  load.addColumn('a', TYPES.Int, { nullable: false });
  load.addColumn('b', TYPES.NVarChar, { length: 20, nullable: true });
  load.addColumn('c', TYPES.DateTime2, { scale: 3, nullable: true });
  load.addColumn('d', TYPES.Decimal, { precision: 18, scale: 4, nullable: true });
  connection.execBulkLoad(load, rows);
});
assert.equal(loaded, rows.length);
const back = await run(connection, 'SELECT [a], [b], [c], [d] FROM [#load] ORDER BY [a]');
assert.deepEqual([...back], rows.map(({ a, b, c, d }) => [a, b, c, d]));

// A prepared statement, run twice.
const seen = [];
await new Promise((resolve, reject) => {
  const request = new Request('SELECT [b] FROM [#load] WHERE [a] = @a', (error) => {
    if (error) reject(error);
    else if (seen.length === 1) connection.execute(request, { a: 2 });
    else resolve();
  });
  request.addParameter('a', TYPES.Int);
  request.on('row', ([column]) => seen.push(column.value));
  request.once('prepared', () => connection.execute(request, { a: 1 }));
  connection.prepare(request);
});
assert.deepEqual(seen, ['ряд 1', 'ряд 2']);

// An attention.
const started = Date.now();
const waiting = run(connection, "WAITFOR DELAY '00:00:20'");
setTimeout(() => connection.cancel(), 100);
await assert.rejects(waiting, (error) => error.code === 'ECANCEL');
assert.ok(Date.now() - started < 5000);
assert.deepEqual([...(await run(connection, "SELECT N'alive'"))], [['alive']]);

await run(connection, 'DROP TABLE [dbo].[node]');
connection.close();
const require = createRequire(import.meta.url);
console.log(`tedious ${JSON.parse(readFileSync(require.resolve('tedious/package.json'))).version}: ok`);
