/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles: Lambda gives a function its credentials
 * in the environment, so the providers for profiles, single sign-on and containers would only make the bundles larger.
 */
export const defaultProvider = () => async () => {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  if (!accessKeyId || !secretAccessKey) throw new Error('the environment holds no credentials');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};
