// Unpacks the browser of @sparticuz/chromium, with the libraries that it needs, into the folder for temporary files, and prints
// where it is. The package adds its libraries only where it takes itself to be at home.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
const { default: chromium } = await import('@sparticuz/chromium');
console.log(await chromium.executablePath());
