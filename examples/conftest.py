# `dbt deps` links this repository into an example: looked for tests in there,
# pytest would walk in a circle.
collect_ignore_glob = ["*/dbt_packages"]
