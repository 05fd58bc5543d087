// The least of a Lambda runtime: loads the handler and speaks the Runtime API. AWS's own client runs where it is installed.
const [file, name] = process.argv.at(-1).split('.');
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const handler = (await import(`${process.env.LAMBDA_TASK_ROOT}/${file}.mjs`))[name];

for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  try {
    const value = await handler(await next.json(), { awsRequestId: id, getRemainingTimeInMillis: () => 60_000 });
    await fetch(`${api}/invocation/${id}/response`, { method: 'POST', body: JSON.stringify(value ?? null) });
  } catch (error) {
    const body = JSON.stringify({ errorType: error.name, errorMessage: error.message });
    await fetch(`${api}/invocation/${id}/error`, { method: 'POST', body });
  }
}
