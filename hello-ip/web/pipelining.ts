// Refuses pipelined requests, so that all work for a response ends with its connection.
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Closes the connection of a request that was sent before the previous response had ended. Node.js queues its
 * response, and never emits `close` for it when the client leaves. Neither browsers nor our lookups pipeline.
 */
export function refusePipelining(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const isQueued = response.socket === null;
  if (isQueued) request.socket.destroy();
  else next();
}
