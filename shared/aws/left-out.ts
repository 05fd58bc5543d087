/**
 * Stands in for parts of the SDK that the functions' bundles leave out, as nothing here calls them: event streams, which
 * are S3's way to answer SelectObjectContent; a cache of discovered endpoints, which DynamoDB has stopped to ask for; and a
 * parser of browsers' names.
 */
const unused = (): never => {
  throw new Error('this part of the SDK is left out of the bundle');
};

export const eventStreamSerdeProvider = () => ({ serialize: unused, deserialize: unused });

export const resolveEventStreamSerdeConfig = <T extends object>(config: T): T =>
  Object.assign(config, { eventStreamMarshaller: eventStreamSerdeProvider() });

export const EventStreamSerde = unused;

/** Constructed by the client, and asked only where endpoint discovery is switched on, which it is nowhere. */
export class EndpointCache {
  get = unused;
  set = unused;
}
