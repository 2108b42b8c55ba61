import type { ApiOperation } from "../model/api-operation.js";
import type { Worksheets } from "../worksheets/worksheets.js";
import type { Renderer } from "./render.js";
import type { WriteContext } from "./write-context.js";

/** A request for an action, and what its effect needs. */
export interface ActionContext extends WriteContext {
  operation: ApiOperation;
  /** The values of the path parameters, in order. */
  ids: string[];
  query: URLSearchParams;
  body: unknown;
  render: Renderer;
  worksheets: Worksheets;
  /** The ids of the labels that the tenant has defined. */
  labels: readonly number[];
}

/** Runs an action and returns the response body: the object of its JSON, or HTML. The document declares the status. */
export type ActionHandler = (context: ActionContext) => Record<string, unknown> | string | undefined;
