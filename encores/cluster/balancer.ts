// The balancer in front of the frontends, as its own process: plain TCP, in turn, past those that do not answer.
import { connect, createServer, type Socket } from 'node:net';

const LOOK_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 1000;
/** The client's first words in HTTP/2, with empty settings; whoever lives answers with settings. */
const HELLO = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

const [listen = 0, ...frontends] = process.argv.slice(2).map(Number);
/** Frontends that were asked and did not answer: not there, or frozen. */
const silent = new Set<number>(frontends);
const open = new Map<Socket, number>();
let turn = 0;

setInterval(look, LOOK_EVERY_MS).unref();
look();
const server = createServer({ noDelay: true }, balance);
server.on('error', ({ code }: NodeJS.ErrnoException) => {
  const why = code === 'EADDRINUSE' ? `Port ${listen} is taken` : `It cannot listen (${code})`;
  console.error(`${why}. Set CLUSTER_PORT to another one.`);
  process.exit(1);
});
server.listen(listen, '127.0.0.1', () =>
  console.log(`Balancer ready: 127.0.0.1:${listen}, pid ${process.pid}.`),
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));

function balance(client: Socket): void {
  const first = turn++;
  const inTurn = frontends.map((_, index) => frontends[(first + index) % frontends.length] ?? 0);
  // Those that are silent come last: one may have come up since it was looked at.
  const candidates = [
    ...inTurn.filter((port) => !silent.has(port)),
    ...inTurn.filter((port) => silent.has(port)),
  ];
  client.on('error', () => client.destroy());
  dial(client, candidates);
}

function dial(client: Socket, [port, ...others]: number[]): void {
  if (port === undefined) return void client.destroy();
  const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
  upstream.once('error', () => (open.has(upstream) ? client.destroy() : dial(client, others)));
  upstream.once('connect', () => {
    open.set(upstream, port);
    client.pipe(upstream).pipe(client);
    upstream.once('close', () => {
      open.delete(upstream);
      client.destroy();
    });
    client.once('close', () => upstream.destroy());
  });
}

function look(): void {
  for (const port of frontends)
    void answers(port).then((isThere) => {
      if (isThere) return silent.delete(port);
      silent.add(port);
      // A frozen one keeps its connections, and answers none of them.
      for (const [upstream, to] of open) if (to === port) upstream.destroy();
    });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(HELLO));
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}
