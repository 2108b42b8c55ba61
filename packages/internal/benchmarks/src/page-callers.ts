import { createConfig, createClient as createHeyApiClient } from "@hey-api/client-fetch";
import type { Page } from "@qbench-sdk/client";
import type { paths } from "@qbench-sdk/types";
import axios from "axios";
import ky from "ky";
import createClient from "openapi-fetch";

export type ContactPage = Page<unknown>;

/** Fetches a page of contacts. Returns undefined if the response is not successful. */
export type FetchPage = (page_num: number) => Promise<ContactPage | undefined>;

export const contacts = "/qbench/api/v2/contacts";
const ROWS = 50;

/** Other libraries that fetch the same page, each with a static token and without retries. */
export const pageCallers = {
  "bare fetch": (baseUrl: string, token: string): FetchPage => {
    const headers = { Authorization: `Bearer ${token}` };
    return async page => {
      const response = await fetch(`${baseUrl}${contacts}?page_num=${page}&page_size=${ROWS}`, { headers });
      const body: ContactPage = await response.json();
      return response.ok ? body : undefined;
    };
  },
  "openapi-fetch": (baseUrl: string, token: string): FetchPage => {
    const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
    return async page_num => {
      const { data } = await client.GET(contacts, { params: { query: { page_num, page_size: ROWS } } });
      return data;
    };
  },
  "@hey-api/client-fetch": (baseUrl: string, token: string): FetchPage => {
    const client = createHeyApiClient(createConfig({ baseUrl, headers: { Authorization: `Bearer ${token}` } }));
    return async page_num => {
      const { data } = await client.get<ContactPage>({ url: contacts, query: { page_num, page_size: ROWS } });
      return data as ContactPage | undefined;
    };
  },
  ky: (baseUrl: string, token: string): FetchPage => {
    const headers = { Authorization: `Bearer ${token}` };
    const client = ky.create({ baseUrl, headers, retry: 0, throwHttpErrors: false });
    return async page_num => {
      const response = await client.get<ContactPage>(contacts, { searchParams: { page_num, page_size: ROWS } });
      const body = await response.json();
      return response.ok ? body : undefined;
    };
  },
  axios: (baseURL: string, token: string): FetchPage => {
    const headers = { Authorization: `Bearer ${token}` };
    // axios's own HTTP adapter opens a connection for each request.
    const client = axios.create({ baseURL, headers, adapter: "fetch", validateStatus: () => true });
    return async page_num => {
      const { data, status } = await client.get<ContactPage>(contacts, { params: { page_num, page_size: ROWS } });
      return status === 200 ? data : undefined;
    };
  },
};
