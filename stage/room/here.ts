// The room of this clone's stage.
import { type RoomFile, roomFile } from '../../hello-ip/web/room/state.ts';
import { makeStageFolder } from '../processes/pid-files.ts';
import { roomPath } from '../processes/room-path.ts';
import { stageFolder } from '../settings.ts';

/** Its file: what is changed there, the app notices by itself. */
export function roomHere(): RoomFile {
  makeStageFolder(stageFolder());
  return roomFile(roomPath(stageFolder()));
}
