/**
 * For `node --import`: keeps compiled code, TypeScript and large libraries above all, from run to run. A command cannot
 * import this itself: its other imports would be compiled before.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
