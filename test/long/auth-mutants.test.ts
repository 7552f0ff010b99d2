import { mutants } from "../mutants/auth.ts";
import { testMutants } from "../mutants/suite.ts";

testMutants("auth", "test/mutants/auth.config.ts", mutants);
