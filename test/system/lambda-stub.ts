import { ACCOUNT, REGION } from './template.ts';

const EMPTY_ZIP = 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==';
const ROLE = 'stub';

/** CloudWatch Logs asks whether a subscription's function exists: to the emulator it does, with nothing in it. */
export async function stubFunctions(moto: string, names: readonly string[]): Promise<void> {
  await call(`${moto}/`, 'iam', 'application/x-www-form-urlencoded', roleRequest());
  for (const FunctionName of names)
    await call(`${moto}/2015-03-31/functions`, 'lambda', 'application/json', functionRequest(FunctionName));
}

const roleRequest = (): string =>
  new URLSearchParams({
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: ROLE,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    }),
  }).toString();

const functionRequest = (FunctionName: string): string =>
  JSON.stringify({
    FunctionName,
    Runtime: 'nodejs24.x',
    Role: `arn:aws:iam::${ACCOUNT}:role/${ROLE}`,
    Handler: 'index.handler',
    Code: { ZipFile: EMPTY_ZIP },
  });

/** The emulator reads of a signature only which service it is for. */
async function call(url: string, service: string, contentType: string, body: string): Promise<void> {
  const credential = `system/20260101/${REGION}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': contentType, authorization }, body });
  if (!response.ok) throw new Error(`the emulator refused a call to ${service}: ${await response.text()}`);
}
