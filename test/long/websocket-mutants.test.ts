import { testMutants } from "../mutants/suite.ts";
import { mutants } from "../mutants/websocket.ts";

testMutants("websocket", "test/mutants/websocket.config.ts", mutants);
