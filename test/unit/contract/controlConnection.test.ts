import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { jsonRpcOver } from '../../../extension/contract/controlConnection';

describe('a line between a window and a trainer', () => {
  it('leaves nothing that keeps the process when the other end dies in the middle of a message', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address && typeof address === 'object');
    const window = connect(address.port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
    const before = timers();
    const connection = jsonRpcOver(socket);
    connection.listen();
    window.write('Content-Length: 100\r\n\r\n{');
    await once(socket, 'data');
    window.destroy();
    await once(socket, 'close');
    connection.dispose();
    server.close();
    assert.equal(timers(), before);
  });
});
