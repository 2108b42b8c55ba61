import type { Table } from "./row.js";

/** Records that the API only lists and returns. */
export const reference: Table = {
  "GET /accessioning-types": [
    { shows: "lists the accessioning types", status: 200, total: 4, data: [{ id: 1, value: "Walk-in", active: true }] },
    { shows: "returns the second page", path: "/accessioning-types?page_num=2&page_size=3", status: 200, ids: [4] },
  ],
  "GET /accessioning-types/{accessioning_type_id}": [
    {
      shows: "returns an accessioning type",
      path: "/accessioning-types/2",
      status: 200,
      data: { id: 2, value: "Courier" },
    },
  ],
  "GET /assay-categories": [
    { shows: "lists the assay categories", status: 200, total: 3, data: [{ id: 1, name: "Chemistry" }] },
  ],
  "GET /assay-categories/{assay_category_id}": [
    { shows: "returns an assay category", path: "/assay-categories/1", status: 200, data: { name: "Chemistry" } },
  ],
  "GET /divisions": [
    {
      shows: "lists the divisions",
      status: 200,
      total: 2,
      data: [{ name: "Main laboratory", global_division: true }, { name: "Field office" }],
    },
  ],
  "GET /divisions/{division_id}": [
    {
      shows: "returns a division",
      path: "/divisions/2",
      status: 200,
      data: { name: "Field office", global_division: false },
    },
  ],
  "GET /epics": [{ shows: "lists the epics", status: 200, total: 2, data: [{ id: 1, name: "Spring season" }] }],
  "GET /epics/{epic_id}": [
    { shows: "returns an epic", path: "/epics/1", status: 200, data: { name: "Spring season", status: "OPEN" } },
  ],
  "GET /location-types": [
    { shows: "lists the location types", status: 200, total: 3, data: [{ id: 1, name: "Room" }] },
  ],
  "GET /location-types/{location_type_id}": [
    {
      shows: "returns a location type",
      path: "/location-types/2",
      status: 200,
      data: { name: "Freezer", number_of_slots: 96 },
    },
  ],
  "GET /locations": [
    { shows: "lists the locations", status: 200, total: 6, data: [{ id: 1, name: "Receiving bench", active: true }] },
  ],
  "GET /locations/{location_id}": [
    { shows: "returns a location", path: "/locations/3", status: 200, data: { id: 3, name: "Freezer A" } },
  ],
  "GET /projects": [{ shows: "lists the projects", status: 200, total: 5, data: [{ id: 1, title: "Spring survey" }] }],
  "GET /projects/{project_id}": [
    {
      shows: "returns a project",
      path: "/projects/2",
      status: 200,
      data: { title: "Shelf life", percent_completion: 40, custom_formatted_id: "QB-00002" },
    },
  ],
  "GET /sources": [
    { shows: "lists the sources", status: 200, total: 8, data: [{ id: 1, display_name: "Greenhouse 1" }] },
  ],
  "GET /sources/{source_id}": [
    {
      shows: "returns a source",
      path: "/sources/3",
      status: 200,
      data: { id: 3, display_name: "Well 7", identifier: "W7" },
    },
  ],
  "GET /teams": [{ shows: "lists the teams", status: 200, total: 3, ids: [1, 2, 3], data: [{ name: "Chemistry" }] }],
  "GET /teams/{team_id}": [
    { shows: "returns a team", path: "/teams/2", status: 200, data: { id: 2, name: "Microbiology" } },
  ],
  "GET /users": [
    { shows: "lists the users", status: 200, total: 6, data: [{ id: 1, first_name: "Grace", last_name: "Kim" }] },
  ],
  "GET /users/{user_id}": [
    { shows: "returns a user", path: "/users/2", status: 200, data: { first_name: "Linus", last_name: "Moreau" } },
  ],
};
