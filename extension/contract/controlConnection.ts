import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { decodeJson, encodeJson } from './metrics';

/** JSON-RPC over a socket, for both its ends, in the JSON of `metrics.jsonl`: a diverged loss arrives as NaN. */
export function jsonRpcOver(socket: Socket): MessageConnection {
  const name = 'application/json';
  const reader = new StreamMessageReader(socket, {
    contentTypeDecoder: {
      name,
      decode: async bytes => decodeJson(new TextDecoder().decode(bytes)) as Message,
    },
  });
  // Nobody asks how long a message has been coming in pieces, and the reader's timer for that would outlive the connection.
  reader.partialMessageTimeout = 0;
  const writer = new StreamMessageWriter(socket, {
    contentTypeEncoder: { name, encode: async message => new TextEncoder().encode(encodeJson(message)) },
  });
  return createMessageConnection(reader, writer);
}
