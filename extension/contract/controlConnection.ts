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
  return createMessageConnection(
    new StreamMessageReader(socket, {
      contentTypeDecoder: {
        name,
        decode: async bytes => decodeJson(new TextDecoder().decode(bytes)) as Message,
      },
    }),
    new StreamMessageWriter(socket, {
      contentTypeEncoder: { name, encode: async message => new TextEncoder().encode(encodeJson(message)) },
    }),
  );
}
