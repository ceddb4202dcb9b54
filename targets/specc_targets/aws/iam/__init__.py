"""Who may do what: the roles of everything that is deployed, derived from what the state machine asks for.

* `operations` (data: `operations.toml`) knows what each operation of AWS's API needs, `values` which resource its
  parameters name;
* `machine` walks an emitted state machine, `requests` what it asks of each function and job;
* `roles` puts them together; `people` has the policies of whoever deploys and operates a stack;
* `documents` writes them as IAM does.
"""
