import type { RunEvent } from '../../../contract/events';
import type { RunFolder } from '../folder/runFolder';
import { ControlServer } from './controlServer';
import type { RunRequests } from './runRequests';

/** The line to the windows; `problem` says why there is none. */
export interface Control {
  readonly problem?: string;
  tell(event: RunEvent): void;
  tellPaused(isPaused: boolean): void;
  close(): Promise<void>;
}

/** Listens to windows and says in `run.json` where. A run that cannot be controlled is still a run. */
export async function openControl(folder: RunFolder, requests: RunRequests): Promise<Control> {
  let server: ControlServer;
  try {
    server = await ControlServer.open(folder, requests);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const problem = `The editor can watch this run but not pause it or ask it for a checkpoint: ${cause}.`;
    return { problem, tell() {}, tellPaused() {}, async close() {} };
  }
  try {
    await folder.updateRecord({ control: server.address });
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
