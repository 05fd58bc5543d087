import { apiClient } from '../client/api-client.ts';
import { createSend } from './send.ts';
import { token } from './token.ts';

export const client = apiClient(createSend(token));
