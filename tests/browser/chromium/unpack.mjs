// Unpacks the browser of @sparticuz/chromium and its libraries into the folder for temporary files, and prints the path of the
// browser. The package unpacks its libraries only if these environment variables say that it runs on AWS Lambda.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
const { default: chromium } = await import('@sparticuz/chromium');
console.log(await chromium.executablePath());
