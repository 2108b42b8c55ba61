import type { Resource } from "./resource.js";

/** The entities of the built-in API, by the name that the vendor's schemas have. */
export const resources: Record<string, Resource> = {
  APIClient: {
    collection: "api-clients",
    tag: "API_CLIENT",
    verbs: "list get",
    fields: `
      id:s api_versions:s authorized_redirect_uri:s<=500 client_type:s<=250 confidential:b cors_origin:s<=500
      customers:[Customer] date_created:dt date_rotated:dt generated_by:User generated_by_id:i name:s<=250 read_only:b
      scopes_json:o
    `,
    nested: { customers: { entity: "Customer", link: ["api_client", "customer"] } },
    seed: { count: 0 },
  },
  AccessioningType: {
    collection: "accessioning-types",
    tag: "ACCESSIONING_TYPE",
    verbs: "list get",
    fields: `
      id:i active:b value:s
    `,
    seed: { count: 4, values: { value: ["Walk-in", "Courier", "Field collection", "Mail-in"], active: [true] } },
  },
  Assay: {
    collection: "assays",
    tag: "ASSAY",
    verbs: "list get create update delete",
    fields: `
      id:i accessioning_types:[AccessioningType] active:b base_price:n batch_inventory_template_id:i
      batch_protocol_id:i batch_worksheet_ent:Worksheet batch_worksheet_id:i category:Category category_id:i
      date_created:dt default_technician:User default_technician_id:i description:s document_id:i duration:i
      inventory_template_id:i last_updated:dt method:s method_detection_limit:n order_report_config_id:i
      panels:[Panel] per_sample_fee_name:s per_sample_fee_price:n percent_recovery_lower_limit:n
      percent_recovery_upper_limit:n protocol_id:i qbd_edit_sequence:s qbd_id:s qbd_last_synced:dt qbd_response_log:s
      relative_percent_difference_limit:n reporting_limit:n sample_level_worksheet:b sample_report_config_id:i
      show_in_portal:b sort_order:i spike_level:n tags:[s] team:Team team_id:i test_report_config_id:i title:s
      turnarounds:[Turnaround] units:s worksheet_ent:Worksheet worksheet_id:i
    `,
    filters: `
      active:b additional_fields_encoded:encoded assay_ids:[i]=id assay_tags_action:tag-action=tags
      category_ids:[i]=category_id integration_ids:[i] invoice_last_updated:since last_updated:since
      not_integration_ids:[i] qbd_edit_sequence:s qbd_id:s tags:[s] team_ids:[i]=team_id
      tech_ids:[i]=default_technician_id title_keyword:s=title worksheet_ids:[i]=worksheet_id sorted
    `,
    required: "title",
    nested: {
      "accessioning-types": { entity: "AccessioningType", link: ["assay", "accessioning_type"], undocumented: true },
      attachments: { entity: "Attachment", where: "object_id", equals: { attachment_data_type: "ASSAY" } },
      divisions: { entity: "Division", link: ["assay", "division"], undocumented: true },
      panels: { entity: "Panel", link: ["assay", "panel"], undocumented: true },
      turnarounds: { entity: "Turnaround", link: ["assay", "turnaround"] },
    },
    seed: {
      count: 12,
      values: {
        title: [
          "Potency by HPLC",
          "Terpene profile by GC",
          "Heavy metals by ICP-MS",
          "Residual solvents",
          "Pesticide residues",
          "Total yeast and mold",
          "E. coli and Salmonella",
          "Mycotoxins",
          "Moisture content",
          "Water activity",
          "pH",
          "Hardness as CaCO3",
        ],
        units: ["%", "mg/g", "ug/kg", "ppm", "ug/kg", "CFU/g", "per g", "ug/kg", "%", "aw", "pH", "mg/L"],
        method: ["HPLC-DAD", "GC-FID", "ICP-MS", "HS-GC-MS", "LC-MS/MS", "Plate count", "qPCR"],
        base_price: [65, 80, 120, 75, 140, 45, 90, 85, 25, 25, 15, 30],
        duration: [3, 3, 5, 3, 5, 4, 3, 4, 1, 1, 1, 2],
        active: [true],
        show_in_portal: [true],
        tags: [["chemistry"], ["chemistry"], ["metals"], ["chemistry"], ["chemistry"], ["micro"], ["micro"], []],
        worksheet_id: [1, 1, 2, null, 1, 3, 3, null, null, null, 1, null],
        batch_worksheet_id: [4, 4, null],
      },
    },
  },
  Attachment: {
    collection: "attachments",
    tag: "ATTACHMENT",
    verbs: "get create update delete",
    fields: `
      id:i asset_id:i attach_to_report:b attach_to_report_email:b attachment_data_type:s attachment_upload_type:s
      date_public:dt deleted:b id_hash:s ignore_sns:b is_public:b made_public_by_api_client_id:s made_public_by_id:i
      notes:s object_id:i object_ids:s published_to_portal:b type:s
    `,
    create:
      "attachment_type*:s file_name*:s object_id*:i attach_to_report:b attach_to_report_email:b ignore_sns:b is_public:b notes:s published_to_portal:b usage:s",
    update:
      "id*:i attachment_type*:s attach_to_report:b attach_to_report_email:b ignore_sns:b is_public:b notes:s published_to_portal:b",
    seed: {
      count: 16,
      roundRobin: { object_id: 48 },
      values: {
        attachment_data_type: ["ORDER", "SAMPLE"],
        type: ["FILE"],
        notes: ["Chain of custody"],
        deleted: [false],
      },
    },
  },
  Batch: {
    collection: "batches",
    tag: "BATCH",
    verbs: "list get delete",
    fields: `
      id:i assay:Assay assay_id:i children:[Batch] control_group:o custom_formatted_id:s date_created:dt
      display_name:s equipment_list:[o] last_updated:dt parents:[Batch] platemap_format:s samples:[Sample] tags:[s]
      tests:[Test] worksheet:Worksheet worksheet_data:o worksheet_id:i
    `,
    filters: `
      additional_fields_encoded:encoded assay_ids:[i]=assay_id batch_ids:[i]=id batch_tags_action:tag-action=tags
      current_object_protocol_step_current_user:b current_object_protocol_step_user_ids:[i]
      current_protocol_step_ids:[i] date_created:range+ display_name:s ids:[i]=id include_batches_without_assay:b
      last_updated:since object_protocol_step_assigned_current_user:b object_protocol_step_assigned_user_ids:[i]
      object_protocol_step_no_user_assigned:b object_protocol_step_statuses:[i] parent_batch_ids:[i]=parents.id
      project_ids:[i]=samples.project_id protocol_ids:[i] sample_ids:[i]=samples.id tags:[s] test_ids:[i]=tests.id
      sorted
    `,
    nested: {
      attachments: { entity: "Attachment", where: "object_id", equals: { attachment_data_type: "BATCH" } },
      children: { entity: "Batch", link: ["parent_batch", "child_batch"] },
      parents: { entity: "Batch", link: ["child_batch", "parent_batch"] },
      samples: { entity: "Sample", link: ["batch", "sample"] },
      tests: { entity: "Test", link: ["batch", "test"] },
    },
    seed: { count: 10, values: { display_name: ["Morning run", "Evening run", "Rerun"], tags: [["routine"], []] } },
  },
  Category: {
    collection: "assay-categories",
    tag: "ASSAY_CATEGORY",
    verbs: "list get",
    fields: `
      id:i name:s
    `,
    seed: { count: 3, values: { name: ["Chemistry", "Microbiology", "Physical"] } },
  },
  Comment: {
    collection: "comments",
    tag: "COMMENT",
    fields: `
      id:i contact_id:i date_created:dt message:s public:b user_id:i
    `,
    filters: `
      ids:[i]=id
    `,
    seed: {
      count: 24,
      roundRobin: { order_id: 48 },
      values: {
        message: ["Customer asked for an update", "Sample arrived warm", "Rush agreed by phone"],
        public: [true, false],
      },
    },
  },
  Contact: {
    collection: "contacts",
    tag: "CONTACT",
    verbs: "list get create update delete",
    fields: `
      id:i address:s<=1000 customers:[Customer] email_address:s<=500 fax:s<=50 first_name:s<=100 is_doctor:b
      last_name:s<=100 last_updated:dt mobile:s<=50 phone:s<=50 tags:[s]
    `,
    filters: `
      additional_fields_encoded:encoded contact_tags_action:tag-action=tags customer_id:i=customers.id
      customer_ids:[i]=customers.id customer_integration_ids:[i] email_addresses:[s]=email_address first_name:s
      integration_ids:[i] is_doctor:b last_name:s last_updated:since not_integration_ids:[i] tags:[s] sorted
    `,
    required: "first_name",
    nested: { customers: { entity: "Customer", link: ["contact", "customer"] } },
    seed: {
      count: 15,
      values: {
        first_name: ["Ada", "Marie", "Rosalind", "Dmitri", "Alice", "Louis", "Gertrude", "Fritz"],
        last_name: ["Okafor", "Lindqvist", "Marsh", "Petrov", "Tanaka", "Silva", "Haddad"],
        email_address: ["lab@example.com", "results@example.org", "orders@example.net"],
        phone: ["555-0100", "555-0117", "555-0142"],
        is_doctor: [false, false, true],
        tags: [[], ["billing"]],
      },
    },
  },
  Customer: {
    collection: "customers",
    tag: "CUSTOMER",
    verbs: "list get create update delete",
    fields: `
      id:i address:s<=1000 city_name:s<=100 comments:s<=2000 company_discount:n confident_cannabis_customer_id:s
      contacts:[Contact] country_name:s<=45 customer_name:s<=250 date_created:dt fax:s group_name:s
      id_abbreviation:s<=50 invoicing_notes:s<=5000 last_updated:dt mfa_enforced:b parent_customer_id:i
      payment_term:s<=45 payment_term_days:i phone:s po_number:s<=1000 qbd_edit_sequence:s qbd_id:s qbd_last_synced:dt
      qbd_response_log:s qbd_skip_address_sync:b sources:[Source] special_instructions:s<=5000 state_name:s<=45
      status:s tags:[s] zip_postal_code:s<=45
    `,
    filters: `
      additional_fields_encoded:encoded api_client_ids:[s]=api_clients.id assay_ids:[s] contact_ids:[s]=contacts.id
      customer_ids:[s]=id customer_tags_action:tag-action=tags include_sub_customers:b integration_ids:[i]
      invoice_last_updated:since last_updated:since name_keyword:s=customer_name not_integration_ids:[i]
      source_ids:[s]=sources.id statuses:[s]=status tags:[s] sorted
    `,
    required: "customer_name",
    nested: {
      api_clients: { entity: "APIClient", link: ["customer", "api_client"], exposed: false },
      attachments: { entity: "Attachment", where: "object_id", equals: { attachment_data_type: "CUSTOMER" } },
      contacts: { entity: "Contact", link: ["customer", "contact"] },
      divisions: { entity: "Division", link: ["customer", "division"], undocumented: true },
      sources: { entity: "Source", link: ["customer", "source"], undocumented: true },
      "sub-customers": { entity: "Customer", where: "parent_customer_id", paged: true },
    },
    seed: {
      count: 10,
      values: {
        customer_name: [
          "Green Valley Farms",
          "Northwind Botanicals",
          "Harbor Water District",
          "Summit Dairy",
          "Cedar Creek Brewing",
          "Blue Ridge Foods",
          "Lakeside Clinic",
          "Ironwood Mining",
          "Prairie Grain Co-op",
          "Coastal Seafoods",
        ],
        city_name: ["Portland", "Denver", "Duluth", "Reno"],
        state_name: ["OR", "CO", "MN", "NV"],
        country_name: ["USA"],
        payment_term: ["Net 30", "Net 15"],
        payment_term_days: [30, 15],
        status: ["ACTIVE"],
        tags: [["wholesale"], [], ["priority"]],
      },
    },
  },
  Division: {
    collection: "divisions",
    tag: "DIVISION",
    verbs: "list get",
    fields: `
      id:i description:s<=1000 global_division:b name:s<=100
    `,
    seed: { count: 2, values: { name: ["Main laboratory", "Field office"], global_division: [true, false] } },
  },
  EntityIntegrationVendorRelationship: {
    records: "integration-mappings",
    tag: "INTEGRATION",
    fields: `
      entity_id*:i entity_type:s integration_id:i integraton_vendor_id:s
    `,
    filters: `
      entity_ids:[i]=entity_id integration_vendor_ids:[s]=integraton_vendor_id
    `,
    create: "entity_id*:i integration_vendor_id*:s entity_type:s integration_id:i integraton_vendor_id:s",
    seed: { count: 0 },
  },
  Epic: {
    collection: "epics",
    tag: "EPIC",
    verbs: "list get",
    fields: `
      id:i date_created:dt description:s last_updated:dt name:s status:s
    `,
    seed: { count: 2, values: { name: ["Spring season", "Method transfer"], status: ["OPEN"] } },
  },
  GenReport: {
    collection: "reports",
    tag: "REPORT",
    verbs: "list get create",
    fields: `
      id:i comments:s date_emailed:dt date_generated:dt date_public:dt date_published:dt emailed:b emailed_by:User
      emailed_by_api_client:APIClient emailed_by_api_client_id:s emailed_by_id:i generated_by:User
      generated_by_api_client:APIClient generated_by_api_client_id:s generated_by_id:i id_hash:s is_public:b
      made_public_by:User made_public_by_api_client:APIClient made_public_by_api_client_id:s made_public_by_id:i
      order:Order order_id:i published_by_api_client:APIClient published_by_api_client_id:s render_batch_uuid:s
      render_error_message:s render_params:s render_status:s report_config_id:i sample:Sample sample_id:i state:s
      test:Test test_id:i url:s
    `,
    filters: `
      emailed:b order_ids:covered=order public:b=is_public report_config_levels:[s]
      report_render_statuses:[s]=render_status sample_ids:covered=sample statuses:[s]=state test_ids:covered=test
    `,
    create: "report_config_id*:s signature_id:s test_id:s test_ids:[s] use_default_attachments:b",
    seed: {
      count: 20,
      roundRobin: { order_id: 48 },
      empty: ["sample_id", "test_id"],
      values: {
        render_status: ["SUCCESSFUL"],
        state: ["PUBLISHED", "WITHDRAWN"],
        is_public: [true, false],
        report_config_id: [1],
      },
    },
  },
  Invoice: {
    collection: "invoices",
    tag: "INVOICE",
    verbs: "list get create update delete",
    fields: `
      id:i custom_formatted_id:s date_created:dt date_emailed:dt date_paid:d deleted:b discount:n
      discount_individual_items:b do_not_show_sync_warning:b due_date:d email_to:s emailed:b emailed_by:User
      emailed_by_id:i external_id:s force_full_panel_prices:b group_by_panel:b group_by_panel_turnaround_not_applied:b
      invoice_date:d invoice_items:[InvoiceItem] invoice_payments:[Payment] last_updated:dt notes:s order:Order
      order_id:i order_ids:[i] orders:[Order] out_of_sync:b outstanding_amount:n paid:b payment_term:s
      qbd_edit_sequence:s qbd_id:s qbd_last_synced:dt qbd_response_log:s quotation_custom_prices_not_applied:b
      status:s sub_total:n template_id:i total:n total_after_tax:n
    `,
    filters: `
      additional_fields_encoded:encoded customer_ids:[i]=orders.customer_account_id due_date:range external_id:s
      integration_ids:[i] invoice_date:range invoice_ids:[i]=id last_updated:since not_integration_ids:[i]
      order_ids:[i]=order_ids order_statuses:[s]=orders.state overdue:b paid_statuses:[s] payment_term:s
      qbd_edit_sequence:s qbd_id:s statuses:[s]=status total_amount:amount=total sorted
    `,
    required: "order_id order_ids template_id",
    nested: {
      "invoice-items": { entity: "InvoiceItem", where: "invoice_id" },
      orders: { entity: "Order", ids: "order_ids" },
      payments: { entity: "Payment", link: ["invoice", "payment"], field: "invoice_payments", paged: true },
    },
    seed: {
      count: 20,
      roundRobin: { order_id: 48 },
      values: {
        status: ["DRAFT", "INVOICED"],
        payment_term: ["Net 30"],
        template_id: [1],
      },
    },
  },
  InvoiceItem: {
    collection: "invoice-items",
    tag: "INVOICE_ITEM",
    verbs: "list get create update delete",
    fields: `
      id:i amount:n assay:Assay assay_id:i base_price:n discount:n invoice:Invoice invoice_id:i invoice_item_type:s
      name:s panel:Panel panel_id:i quantity:i quantity_discount:o quantity_discount_id:i sort_order:i surcharge:n
      surcharge_invoice_item_uuid:s tax_rate:o tax_rate_id:i tax_rate_name:s tax_rate_percentage:n
      turnaround:Turnaround turnaround_id:i uuid:s
    `,
    required: "invoice_id name invoice_item_type",
    seed: {
      count: 40,
      roundRobin: { invoice_id: 20 },
      values: {
        invoice_item_type: ["INVOICE_ITEM", "INVOICE_ITEM", "SUBTOTAL"],
        name: ["Potency by HPLC", "Heavy metals by ICP-MS", "Subtotal"],
        quantity: [4, 2, null],
        base_price: [65, 120, null],
        sort_order: [0, 1, 2],
      },
    },
  },
  Location: {
    collection: "locations",
    tag: "LOCATION",
    verbs: "list get",
    fields: `
      id:i active:b description:s location_type:LocationType location_type_id:i name:s parent_location:Location
      parent_location_id:i tags:[s]
    `,
    seed: {
      count: 6,
      values: { name: ["Receiving bench", "Cold room", "Freezer A", "Freezer B", "Archive", "Lab 2"], active: [true] },
    },
  },
  LocationType: {
    collection: "location-types",
    tag: "LOCATION_TYPE",
    verbs: "list get",
    fields: `
      id:i description:s movable_slots:b name:s number_of_slots:i parent_location_type:LocationType
      parent_location_type_id:i
    `,
    seed: {
      count: 3,
      values: { name: ["Room", "Freezer", "Shelf"], number_of_slots: [0, 96, 24], movable_slots: [false] },
    },
  },
  Order: {
    collection: "orders",
    tag: "ORDER",
    verbs: "list get create update delete",
    fields: `
      id:i approved_by:User approved_by_id:i cc_id:s cc_latest_sync:dt cc_order:b cc_order_status:i cc_sync_error:s
      cc_sync_status:s created_from_quotation:Quotation created_from_quotation_id:i custom_formatted_id:s
      customer_account:Customer customer_account_id:i date_approved:dt date_completed:dt date_created:dt
      date_emailed:dt date_received:dt date_report_released:dt date_requested:dt date_required:dt division:Division
      division_id:i emailed:b emailed_by:User emailed_by_id:i entered_by:User entered_by_api_client:APIClient
      entered_by_api_client_id:s entered_by_id:i invoicing_notes:s last_updated:dt order_request:b
      order_request_notes:s order_request_status:s portal_read:b project:Project project_id:i published_to_portal:b
      received_by:User received_by_id:i release_report:b requested_by:Contact requested_by_id:i requested_for:Contact
      requested_for_id:i revision_notes:s special_instructions:s state:s submitted_by:s total_samples_created:i=0
      turnaround:Turnaround turnaround_id:i
    `,
    filters: `
      additional_fields_encoded:encoded cc_ids:[s]=cc_id cc_latest_sync:range+
      customer_additional_fields_encoded:encoded=customer_account
      customer_core_fields_encoded:encoded=customer_account customer_ids:[i]=customer_account_id
      customer_tags:[s]=customer_account.tags customer_tags_action:tag-action=customer_tags date_approved:range+
      date_completed:range+ date_created:range+ date_received:range+ date_requested:range+ date_required:range+
      ids:[i]=id invoice_additional_fields_encoded:encoded=invoices invoice_core_fields_encoded:encoded=invoices
      invoicing_notes:s last_updated:since order_request_statuses:[s]=order_request_status order_tags:[s]
      order_tags_action:tag-action overdue:b project_ids:[i]=project_id published_to_portal:b
      source_ids:[i]=samples.source_id statuses:[s]=state test_ids:[i]=tests.id test_tags:[s]
      test_tags_action:tag-action sorted
    `,
    required: "customer_account_id",
    nested: {
      attachments: { entity: "Attachment", where: "object_id", equals: { attachment_data_type: "ORDER" } },
      comments: { entity: "Comment", where: "order_id" },
      invoices: { entity: "Invoice", where: "order_ids" },
      reports: { entity: "GenReport", covers: "order" },
      samples: { entity: "Sample", where: "order_id" },
      tests: { entity: "Test", where: "sample.order_id" },
    },
    custom: { courier: "STR", purchase_order: "STR" },
    seed: {
      count: 48,
      roundRobin: { customer_account_id: 10 },
      values: {
        state: ["NOT STARTED", "IN PROGRESS", "IN REVIEW", "COMPLETED", "REPORTED", "ON HOLD"],
        submitted_by: ["Portal", null],
        order_request: [true, false],
        release_report: [false, false, false, false, true, false],
        courier: ["Sam", null],
      },
    },
  },
  Panel: {
    collection: "panels",
    tag: "PANEL",
    verbs: "list get create update delete",
    fields: `
      id:i assays:[Assay] base_price:n description:s last_updated:dt qbd_edit_sequence:s qbd_id:s qbd_last_synced:dt
      qbd_response_log:s show_in_portal:b title:s
    `,
    filters: `
      additional_fields_encoded:encoded ids:[i]=id integration_ids:[i] invoice_last_updated:since last_updated:since
      not_integration_ids:[i] qbd_edit_sequence:s qbd_id:s title_keyword:s=title sorted
    `,
    required: "title",
    nested: { assays: { entity: "Assay", link: ["panel", "assay"] } },
    seed: {
      count: 4,
      values: {
        title: ["Compliance panel", "Water panel", "Micro panel", "Stability panel"],
        base_price: [320, 90, 130, 110],
      },
    },
  },
  Payment: {
    collection: "payments",
    tag: "PAYMENT",
    verbs: "list get create update delete",
    fields: `
      id:i amount:n check_number:s created_by_api_client:APIClient created_by_api_client_id:s created_by_user:User
      created_by_user_id:i customer:Customer customer_id:i date_created:dt external_id:s last_updated:dt
      payment_date:dt payment_type:s payment_type_id:i qbd_edit_sequence:s qbd_id:s qbd_last_synced:dt
      qbd_response_log:s template_id:i unapplied_amount:n
    `,
    filters: `
      integration_ids:[i] not_integration_ids:[i]
    `,
    required: "customer_id amount template_id",
    createTypes: "amount:i",
    nested: { invoices: { entity: "Invoice", link: ["payment", "invoice"] } },
    seed: {
      count: 12,
      roundRobin: { customer_id: 10 },
      values: {
        amount: [500, 740, 240],
        payment_type: ["Credit Card", "Check"],
        template_id: [1],
      },
    },
  },
  PrintDoc: {
    collection: "printdocs",
    tag: "PRINTDOC",
    verbs: "get create",
    fields: `
      id:i asset_id:i attach_to_email:b attach_to_report:b attach_to_report_email:b customer_id:i date_generated:dt
      generated_by_api_client_id:s generated_by_contact_id:i generated_by_id:i object_id:i render_error:s
      render_params:s render_status:s report_config_id:i signature_cancelled_at:dt signature_cancelled_by_id:i
      signature_completed_at:dt signature_error:s signature_request_id:s signature_requested_at:dt
      signature_requested_by_id:i signature_status:s title:s type:s url:s version:i
    `,
    create: "printdoc_config_id*:i batch_id:i order_id:i sample_id:i test_id:i test_ids:[i]",
    seed: {
      count: 4,
      values: { title: ["Chain of custody"], render_status: ["SUCCESSFUL"], type: ["ORDER"], version: [1] },
    },
  },
  Project: {
    collection: "projects",
    tag: "PROJECT",
    verbs: "list get",
    fields: `
      id:i custom_formatted_id:s date_completed:d date_created:dt date_started:d epic:Epic epic_id:i
      estimated_complete_date:d last_updated:dt percent_completion:i result:s tags:[s] tech:User tech_id:i title:s
    `,
    seed: {
      count: 5,
      values: {
        title: ["Spring survey", "Shelf life", "Well monitoring", "New cultivar", "Method check"],
        percent_completion: [0, 40, 75, 100],
      },
    },
  },
  Quotation: {
    collection: "quotations",
    tag: "QUOTATION",
    verbs: "list get",
    fields: `
      id:i company_name:s custom_formatted_id:s customer:Customer customer_id:i date_created:dt date_emailed:dt
      deleted:b description:s discount:n discount_individual_items:b email_address:s email_to:s emailed:b
      emailed_by:User emailed_by_api_client:APIClient emailed_by_api_client_id:s emailed_by_id:i expiration_date:d
      first_name:s last_name:s last_updated:dt notes:s payment_term:s payment_term_days:i quotation_date:d status:s
      sub_total:n template_id:i title:s total:n uuid:s
    `,
    filters: `
      date_created:range+ date_emailed:range+ expiration_date:range+ last_updated:since quotation_date:range+
    `,
    seed: {
      count: 6,
      values: {
        title: ["Annual testing", "Single study"],
        status: ["DRAFT", "SENT"],
        emailed: [false, true],
        sub_total: [1200, 340],
        total: [1200, 340],
        deleted: [false],
      },
    },
  },
  Sample: {
    collection: "samples",
    tag: "SAMPLE",
    verbs: "list get create update delete",
    fields: `
      id:i accessioning_type:AccessioningType accessioning_type_id:i batches:[Batch] cc_id:s comments:s complete:b
      custom_formatted_id:s date_created:dt date_received:dt date_report_released:dt description:s email_to:s
      inventory_stock:o inventory_stock_id:i inventory_stock_quantity_used:n lab_id:s last_updated:dt linked:b
      location:Location location_id:i metrc_uid:s most_recent_report:GenReport most_recent_report_id:i order:Order
      order_id:i order_request:b parent_sample:Sample parent_sample_id:i point_of_collection:s project:Project
      project_id:i received:b reports:[GenReport] sample_type:s source:Source source_id:i sub_samples:[Sample]
      tags:[s] tests:[Test] time_of_collection:dt
    `,
    filters: `
      accessioning_type_ids:[i]=accessioning_type_id additional_fields_encoded:encoded batch_ids:[i]=batches.id
      cc_ids:[s]=cc_id completed:b=complete customer_additional_fields_encoded:encoded=order.customer_account
      customer_ids:[i]=order.customer_account_id date_received:range has_sub_sample:b=?sub_samples ids:[s]=id
      inventory_item_ids:[i] inventory_stock_ids:[i]=inventory_stock_id is_sub_sample:b=?parent_sample_id lab_id:s
      lab_ids:[s]=lab_id last_updated:since last_updated:range linked:b location_ids:[i]=location_id metrc_uid:s
      metrc_uids:[s]=metrc_uid no_associated_batch:b=!batches no_associated_order:b=!order_id
      no_associated_project:b=!project_id no_sub_samples:b=!sub_samples order_cc_ids:[s]=order.cc_id
      order_date_received:range=order.date_received order_ids:[i]=order_id
      order_request_statuses:[s]=order.order_request_status parent_sample_ids:[i]=parent_sample_id
      project_ids:[i]=project_id received:b release_report:b=?date_report_released report_generated:b=?reports
      sample_description:s=description sample_id_range_end:to=id sample_id_range_start:from=id sample_tags:[s]=tags
      sample_tags_action:tag-action=sample_tags sample_type:s samples_started_filter_range:s source_ids:[i]=source_id
      time_of_collection:range unique_samples_only:b sorted
    `,
    nested: {
      attachments: { entity: "Attachment", where: "object_id", equals: { attachment_data_type: "SAMPLE" } },
      batches: { entity: "Batch", link: ["sample", "batch"] },
      reports: { entity: "GenReport", covers: "sample" },
      "sub-samples": { entity: "Sample", where: "parent_sample_id" },
      tests: { entity: "Test", where: "sample_id" },
    },
    custom: { lot_number: "STR", storage_temperature: "NUM" },
    seed: {
      count: 96,
      roundRobin: { order_id: 48 },
      values: {
        sample_type: ["Flower", "Concentrate", "Drinking water", "Milk", "Beer", "Soil", "Honey"],
        description: ["Lot A", "Lot B", "Lot C", "Retain", "Composite"],
        order_request: [true, false],
        received: [true, true, false],
        complete: [false, true, false],
        tags: [[], ["rush"], ["retain"]],
        lot_number: ["L-1001", "L-1002", null],
        storage_temperature: [4, -20, null],
      },
    },
  },
  Source: {
    collection: "sources",
    tag: "SOURCE",
    verbs: "list get",
    fields: `
      id:i custom_formatted_id:s date_of_birth:d description:s display_name:s first_name:s identifier:s lab_id:s
      last_name:s last_updated:dt latitude:n longitude:n project:Project project_id:i tags:[s]
    `,
    seed: {
      count: 8,
      values: {
        display_name: ["Greenhouse 1", "Greenhouse 2", "Well 7", "Tank farm", "Herd 12"],
        identifier: ["GH1", "GH2", "W7", "TF", "H12"],
      },
    },
  },
  Team: {
    collection: "teams",
    tag: "TEAM",
    verbs: "list get",
    fields: `
      id:i name:s
    `,
    seed: { count: 3, values: { name: ["Chemistry", "Microbiology", "Client services"] } },
  },
  Test: {
    collection: "tests",
    tag: "TEST",
    verbs: "list get create update delete",
    fields: `
      id:i assay:Assay assay_id:i comments:s complete_date:dt customer_update:s date_created:dt
      date_report_released:dt date_results_released:dt emailed:b estimated_complete_date:d estimated_start_date:d
      free_response:s last_updated:dt last_updated_unix_timestamp:n most_recent_report:GenReport
      most_recent_report_id:i panel:Panel panel_group_uuid:s panel_id:i priority:i priority_current:b priority_done:b
      priority_group_uuid:s publish_worksheet_to_portal:b=false release_report:b release_results:b reported_date:dt
      results:s sample:Sample sample_id:i specification_overall:s start_date:dt state:s tech:User tech_id:i
      turnaround:Turnaround turnaround_id:i worksheet_data:o
    `,
    filters: `
      assay_additional_fields_encoded:encoded=assay assay_condition_ids:[i] assay_conditions_action:s
      assay_core_fields_encoded:encoded=assay assay_ids:[i]=assay_id assigned_to_current_user:b
      batch_additional_fields_encoded:encoded=batches batch_core_fields_encoded:encoded=batches
      batch_ids:[i]=batches.id complete_date:range+
      customer_additional_fields_encoded:encoded=sample.order.customer_account
      customer_core_fields_encoded:encoded=sample.order.customer_account
      customer_ids:[i]=sample.order.customer_account_id customer_tags:[s]=sample.order.customer_account.tags
      customer_tags_action:tag-action=customer_tags date_approved:range+=sample.order.date_approved
      date_created:range+ date_received:range+=sample.order.date_received
      date_required:range+=sample.order.date_required deviation_ids:[i] emailed:b estimated_complete_date:range+
      estimated_start_date:range+ ids:[s]=id include_orders:b include_tests_without_priority:b
      include_tests_without_team:b last_updated:since last_updated:range+ location_ids:[i]=sample.location_id
      no_associated_batch_sample:b=!sample.batches no_associated_batch_test:b=!batches
      order_additional_fields_encoded:encoded=sample.order order_cc_ids:[s]=sample.order.cc_id
      order_date_completed:range+=sample.order.date_completed order_date_requested:range+=sample.order.date_requested
      order_ids:[i]=sample.order_id order_overdue:b order_project_ids:[i]=sample.order.project_id
      order_release_report:b=sample.order.release_report order_report_emailed:b=sample.order.emailed
      order_report_generated:b order_request_statuses:[s]=sample.order.order_request_status
      order_statuses:[s]=sample.order.state order_tags:[i] order_tags_action:tag-action overdue:b
      panel_assay_and_query:s panel_ids:[i]=panel_id parent_sample_only:b=!sample.parent_sample_id priority_current:b
      results:s results_action_option:s results_range_lower:s results_range_upper:s results_tags:s
      sample_accessioning_type_ids:[i]=sample.accessioning_type_id sample_additional_fields_encoded:encoded=sample
      sample_batch_ids:[i]=sample.batches.id sample_cc_ids:[s]=sample.cc_id sample_complete:b=sample.complete
      sample_date_received:range+=sample.date_received sample_description:s=sample.description
      sample_id_range_end:to=sample_id sample_id_range_start:from=sample_id sample_ids:[i]=sample_id
      sample_last_updated:range+=sample.last_updated sample_project_ids:[i]=sample.project_id sample_release_report:b
      sample_report_emailed:b sample_report_generated:b sample_tags:[s]=sample.tags
      sample_tags_action:tag-action=sample_tags sample_time_of_collection:range+=sample.time_of_collection
      samples_batched:b=?sample.batches samples_received:b=sample.received source_ids:[i]=sample.source_id
      start_date:range+ statuses:[s]=state sub_sample_only:b=?sample.parent_sample_id tags_filter_action:s
      team_ids:[i]=assay.team_id tech_ids:[i]=tech_id test_additional_fields_encoded:encoded
      test_release_report:b=release_report test_release_results:b=release_results test_report_emailed:b=emailed
      test_report_generated:b=?reports test_tags:[s] test_tags_action:tag-action turnaround_ids:[i]=turnaround_id
      unlocked:b sorted
    `,
    required: "sample_id assay_id",
    nested: {
      attachments: { entity: "Attachment", where: "object_id", equals: { attachment_data_type: "TEST" } },
      batches: { entity: "Batch", link: ["test", "batch"] },
      reports: { entity: "GenReport", covers: "test" },
    },
    custom: { instrument: "STR" },
    seed: {
      count: 192,
      roundRobin: { sample_id: 96, assay_id: 12 },
      values: {
        state: [
          "NOT STARTED",
          "IN PROGRESS",
          "BEING TESTED",
          "NEEDS SECOND CHECK",
          "IN REVIEW",
          "COMPLETED",
          "REPORTED",
        ],
        results: [null, null, null, "21.4", "0.8", "Pass", "< LOQ"],
        release_report: [false, false, false, false, false, false, true],
        release_results: [false, false, false, false, false, false, true],
        specification_overall: [null, null, null, null, null, "PASS", "PASS"],
        instrument: ["HPLC-1", null, "GC-2"],
      },
    },
  },
  TestWorksheetResponse: {
    tag: "WORKSHEET",
    fields: `
      id*:i worksheet_config:o|s worksheet_data:o worksheet_processed:b worksheet_processed_error:b
      worksheet_processed_error_msg:s
    `,
  },
  Turnaround: {
    collection: "turnarounds",
    tag: "TURNAROUND",
    verbs: "list get create update delete",
    fields: `
      id:i business_days_only:b default_duration:i default_flat_surcharge:n default_percentage_surcharge:n
      description:s divisions:[Division] flag_background_color:s flag_text_color:s name:s
    `,
    required: "name flag_background_color flag_text_color default_duration",
    nested: { divisions: { entity: "Division", link: ["turnaround", "division"] } },
    seed: {
      count: 3,
      values: {
        name: ["Standard", "Rush", "Same day"],
        default_duration: [5, 2, 1],
        default_percentage_surcharge: [0, 50, 100],
        flag_background_color: ["#2e7d32", "#ef6c00", "#c62828"],
        flag_text_color: ["#ffffff"],
        business_days_only: [true],
      },
    },
  },
  User: {
    collection: "users",
    tag: "USER",
    verbs: "list get",
    fields: `
      id:i first_name:s last_name:s
    `,
    seed: {
      count: 6,
      values: {
        first_name: ["Grace", "Linus", "Barbara", "Alan", "Hedy", "Edsger"],
        last_name: ["Kim", "Moreau", "Novak", "Diaz", "Fischer", "Osei"],
      },
    },
  },
  Worksheet: {
    collection: "worksheets",
    tag: "WORKSHEET",
    verbs: "list get",
    fields: `
      id:i active:b active_worksheet_version_id:i code_editor_view:b deleted:b description:s name:s require_reason:b
      tags:[s] type:s
    `,
    seed: {
      count: 4,
      values: {
        name: ["Potency", "Metals", "Plate count", "Batch run"],
        type: ["DYNAMIC", "DYNAMIC", "QWML", "SPREADSHEET"],
        active: [true],
        deleted: [false],
      },
    },
  },
  WorksheetResponse: {
    tag: "WORKSHEET",
    fields: `
      id*:i worksheet_config:o|s worksheet_data:o
    `,
  },
};
