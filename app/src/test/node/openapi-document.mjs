// A description of an API, against the official schemas of OpenAPI. Prints what it is, or what is wrong with it.
import { Validator } from "@seriousme/openapi-schema-validator";

const validator = new Validator();
const result = await validator.validate(process.argv[2]);
if (result.valid) {
  // Throws if something is named that is not there.
  validator.resolveRefs();
  console.log(`OpenAPI ${validator.version}`);
} else {
  console.log(`not valid: ${JSON.stringify(result.errors)}`);
}
