/**
 * For `node --import`: what the engine makes of TypeScript and other large libraries is kept from run to run. Imported by a
 * command itself, it would come too late for what the command imports beside it.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
