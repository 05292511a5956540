import {
  type Connection,
  createConnectionPool,
  MAX_IDLE_MS,
} from '../../../../lambda/contact-records/aws/connection-pool';

interface FakeConnection extends Connection {
  readonly name: number;
  closed: boolean;
  readonly openedNow: () => void;
}

function aPool() {
  const clock = { now: 1_000_000 };
  const all: FakeConnection[] = [];
  const pool = createConnectionPool<FakeConnection>(
    (onOpened) => {
      const connection: FakeConnection = {
        name: all.length,
        closed: false,
        openedNow: onOpened,
        isClosed: () => connection.closed,
        close: () => (connection.closed = true),
      };
      all.push(connection);
      return connection;
    },
    () => clock.now,
  );
  /** Takes as many at once, opens them, and gives them back. */
  const use = async (count: number) => {
    const taking = Promise.all(Array.from({ length: count }, () => pool.take()));
    // Grows while it is walked: each connection that is open lets the next one begin.
    for (const connection of all) connection.openedNow();
    for (const connection of await taking) pool.giveBack(connection);
  };
  return { clock, all, pool, use };
}

it('lends the connection that was used last when several are idle', async () => {
  const { pool, use } = aPool();
  await use(3);

  const connection = await pool.take();

  expect(connection.name).toBe(2);
});

it('opens a new connection when the idle ones were unused for too long', async () => {
  const { clock, all, pool, use } = aPool();
  await use(3);
  clock.now += MAX_IDLE_MS + 1;

  const connection = await pool.take();

  expect(connection.name).toBe(3);
  expect(all.map(({ closed }) => closed)).toEqual([true, true, true, false]);
});

it('opens a new connection when the clock was set back', async () => {
  const { clock, pool, use } = aPool();
  await use(1);
  clock.now -= 60_000;

  const connection = await pool.take();

  expect(connection.name).toBe(1);
});

it('does not lend a connection that the other side has closed', async () => {
  const { all, pool, use } = aPool();
  await use(2);
  all[1]?.close();

  const connection = await pool.take();

  expect(connection.name).toBe(0);
});

it('closes the connections that were unused since a failed request began', async () => {
  const { clock, all, pool, use } = aPool();
  await use(3);
  clock.now += 1_000;
  const [failing, other] = [await pool.take(), await pool.take()];
  clock.now += 10;
  pool.giveBack(other);

  pool.discard(failing, clock.now - 10);

  expect(all.map(({ closed }) => closed)).toEqual([true, false, true]);
  expect(await pool.take()).toBe(other);
});

it('opens a bounded number of connections at the same time when many requests wait', async () => {
  const { all, pool } = aPool();
  const taken: number[] = [];

  for (let request = 0; request < 100; request++) void pool.take().then(({ name }) => taken.push(name));
  await Promise.resolve();

  expect(all).toHaveLength(16);
  all[0]?.openedNow();
  expect(all).toHaveLength(17);
});

it('lends a returned connection to a request that waits', async () => {
  const { all, pool } = aPool();
  const first = await pool.take();
  const others = Array.from({ length: 20 }, () => pool.take());

  all[0]?.openedNow();
  pool.giveBack(first);

  expect(await others[16]).toBe(first);
});

it('serves the requests that wait when a connection fails before it is open', async () => {
  const { clock, all, pool } = aPool();
  const first = await pool.take();
  const others = Array.from({ length: 16 }, () => pool.take());
  expect(all).toHaveLength(16);

  pool.discard(first, clock.now);

  expect((await others[15])?.name).toBe(16);
});
