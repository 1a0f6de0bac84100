import { chmod, lstat, mkdir } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Subscription, TrainerControl } from '../../../contract/control';
import { newControlAddress } from '../../../contract/controlAddress';
import { jsonRpcOver } from '../../../contract/controlConnection';
import type { RunEvent } from '../../../contract/events';
import { causeInWords } from '../folder/fileErrors';
import type { RunFolder } from '../folder/runFolder';
import type { RunRequests } from './runRequests';
import { Subscriber } from './subscriber';

/** How long the last events may take to reach a window when the run has ended, in milliseconds. */
const farewell = 1000;

interface Client {
  readonly subscriber: Subscriber;
  readonly connection: MessageConnection;
}

/** Answers the windows that watch and control a run; any number of them at once. */
export class ControlServer {
  readonly address: string;
  readonly #server: Server;
  readonly #folder: RunFolder;
  readonly #requests: RunRequests;
  readonly #clients = new Map<Socket, Client>();

  private constructor(address: string, server: Server, folder: RunFolder, requests: RunRequests) {
    this.address = address;
    this.#server = server;
    this.#folder = folder;
    this.#requests = requests;
    server.on('connection', socket => this.#welcome(socket));
    // A connection that could not be accepted, for want of file descriptors, is its window's loss alone.
    server.on('error', () => {});
  }

  /** Throws an Error that says why nobody can be listened to. */
  static async open(folder: RunFolder, requests: RunRequests): Promise<ControlServer> {
    const address = newControlAddress();
    try {
      if (process.platform !== 'win32') await makePrivateFolder(path.dirname(address));
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(address, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return new ControlServer(address, server, folder, requests);
    } catch (error) {
      throw new Error(`${address} cannot be listened on: ${causeInWords(error)}`, { cause: error });
    }
  }

  tell(event: RunEvent): void {
    for (const { subscriber } of this.#clients.values()) subscriber.tell(event);
  }

  tellPaused(isPaused: boolean): void {
    for (const { subscriber } of this.#clients.values()) subscriber.tellPaused(isPaused);
  }

  /** Sends the last answers and events and hangs up; the socket's file goes with the server. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    const deadline = setTimeout(() => {
      for (const socket of this.#clients.keys()) socket.destroy();
    }, farewell);
    for (const [socket, client] of this.#clients) void sayGoodbye(client).then(() => socket.end());
    await closed;
    clearTimeout(deadline);
  }

  #welcome(socket: Socket): void {
    const connection = jsonRpcOver(socket);
    const subscriber = new Subscriber({
      sendEvents: batch => connection.sendNotification('events', batch, this.#folder.metricsBytes),
      sendPaused: isPaused => connection.sendNotification('paused', isPaused),
      drop: () => socket.destroy(),
    });
    this.#clients.set(socket, { subscriber, connection });
    socket.on('close', () => {
      this.#clients.delete(socket);
      subscriber.drop();
      connection.dispose();
    });
    // Whoever does not speak the protocol is hung up on.
    connection.onError(() => socket.destroy());
    serve(connection, {
      subscribe: () => this.#subscribe(subscriber),
      pause: () => this.#requests.pause(),
      resume: async () => this.#requests.resume(),
      stop: () => this.#requests.stop(),
      checkpoint: () => this.#requests.checkpoint(),
    });
    connection.listen();
  }

  async #subscribe(subscriber: Subscriber): Promise<Subscription> {
    // In one go: what is told before this line is in these bytes, what is told after it is sent.
    subscriber.subscribe();
    const { metricsBytes } = this.#folder;
    await this.#folder.flush();
    subscriber.release();
    return { metricsBytes, paused: this.#requests.paused };
  }
}

/** A window takes what it is told in its order: when it answers, it has taken everything. */
async function sayGoodbye({ subscriber, connection }: Client): Promise<void> {
  // Answers to requests, given just now, are on their way first.
  await new Promise(resolve => setImmediate(resolve));
  await subscriber.finish();
  await connection.sendRequest('ended').catch(() => undefined);
}

function serve(connection: MessageConnection, control: TrainerControl): void {
  for (const [method, answer] of Object.entries(control)) connection.onRequest(method, () => answer());
}

/** A folder of the temporary folder, where anybody may write, that this user alone can enter. */
async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(folder);
  if (uid !== process.getuid?.()) throw new Error('the folder belongs to another user');
  await chmod(folder, 0o700);
}
