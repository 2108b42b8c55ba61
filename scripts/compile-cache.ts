/**
 * For `node --import`, before a command is read: what the engine makes of TypeScript and other large libraries is kept from run to
 * run, which saves more time than all the steps of a pull take. Imported by the command itself, it would come too late for them.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
