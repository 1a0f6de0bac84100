import { connect, type Socket } from 'node:net';
import type { controlMethods, Subscription, TrainerControl } from '../../contract/control';
import { jsonRpcOver } from '../../contract/controlConnection';
import type { RunEvent } from '../../contract/events';
import { type Disposable, Emitter, type Event } from '../dispose';

export interface EventNotice {
  readonly batch: readonly RunEvent[];
  /** Bytes of `metrics.jsonl` that hold these events and all before them. */
  readonly metricsBytes: number;
}

/** A line to a running trainer. Requests that are open when it closes are rejected. */
export interface TrainerConnection extends Disposable {
  readonly control: TrainerControl;
  readonly onEvents: Event<EventNotice>;
  readonly onPaused: Event<boolean>;
  readonly onClose: Event<void>;
}

/** Throws the socket's error when nobody listens there. */
export async function connectTrainer(address: string): Promise<TrainerConnection> {
  const socket = connect(address);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return speakOver(socket);
}

function speakOver(socket: Socket): TrainerConnection {
  const connection = jsonRpcOver(socket);
  const events = new Emitter<EventNotice>();
  const paused = new Emitter<boolean>();
  const closed = new Emitter<void>();
  connection.onNotification('events', (batch: readonly RunEvent[], metricsBytes: number) =>
    events.fire({ batch, metricsBytes }),
  );
  connection.onNotification('paused', (isPaused: boolean) => paused.fire(isPaused));
  connection.onRequest('ended', () => null);
  connection.onError(() => socket.destroy());
  // A subscriber that a window does not let go of must not keep its process.
  socket.unref();
  socket.on('close', () => {
    connection.dispose();
    closed.fire();
    for (const emitter of [events, paused, closed]) emitter.dispose();
  });
  connection.listen();
  const request = <Answer>(method: (typeof controlMethods)[number]) =>
    connection.sendRequest<Answer>(method).catch(error => {
      throw new Error(`The trainer did not do "${method}": ${messageOf(error)}`, { cause: error });
    });
  return {
    control: {
      subscribe: () => request<Subscription>('subscribe'),
      pause: () => request('pause'),
      resume: () => request('resume'),
      stop: () => request('stop'),
      checkpoint: () => request('checkpoint'),
    },
    onEvents: events.event,
    onPaused: paused.event,
    onClose: closed.event,
    dispose: () => socket.destroy(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
