import { mutants } from "../mutants/jwt.ts";
import { testMutants } from "../mutants/suite.ts";

testMutants("jwt", "test/mutants/jwt.config.ts", mutants);
